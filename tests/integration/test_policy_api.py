"""Policies over HTTP: read, changed whole or by name, refused where they contradict themselves, and never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap import services
from chalicelib.domain.figures import Figure
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.values import DAY

if TYPE_CHECKING:
    from tests.integration.house import Answer, House, Tenant

POLICY = "/api/policy"
INSTANCES = "/api/instances"


def shown(tenant: Tenant) -> Any:  # noqa: ANN401 - JSON values
    """The organization's policy as the API shows it."""
    answer = tenant.call("GET", POLICY)
    assert answer.status == 200, answer.raw
    return answer.json


def put(tenant: Tenant, policy: object, version: int | None = None) -> Answer:
    """Ask for another policy, on the version that holds unless another is given."""
    known = shown(tenant)["version"] if version is None else version
    return tenant.call("PUT", POLICY, {"version": known, "policy": policy})


def own(tenant: Tenant, **changes: object) -> Any:  # noqa: ANN401 - as above
    """The conservative figures with some changed, as a body has them."""
    [conservative] = [one for one in shown(tenant)["presets"] if one["preset"] == "CONSERVATIVE"]
    return {**conservative["policy"], **changes}


def test_a_policy_is_read_with_what_stands_behind_each_figure(house: House) -> None:
    """Somebody takes a figure for a promise that is what three people in a forum report."""
    tenant = house.admit(CONSERVATIVE)
    policy = shown(tenant)
    assert (policy["version"], policy["preset"]) == (1, "CONSERVATIVE")
    figures = policy["policy"]
    assert (figures["per_minute"], figures["min_interval_ms"], figures["reply_share_percent"]) == (5, 2_500, 20)
    assert figures["warmup"] == {"days": 10, "first_day": 15, "growth_percent": 180, "new_contacts": 5}
    quiet = {"start": "21:00", "end": "08:00", "zone": "organization", "scope": "campaigns"}
    assert (figures["quiet"], figures["new_contacts"]) == (quiet, None)
    sources = policy["sources"]
    assert len(sources) == len(Figure)
    assert sources["/warmup/growth_percent"] == {"source": "OPERATOR_REPORTS", "solidity": "EXPERIENCE"}
    assert sources["/quiet/start"] == {"source": "OURS", "solidity": "CHOICE"}
    presets = {one["preset"]: one for one in policy["presets"]}
    assert {name: one["offered"] for name, one in presets.items()} == {
        "CONSERVATIVE": True,
        "MODERATE": True,
        "CLOUD_API": False,
    }
    published = {"source": "PROVIDER", "solidity": "PUBLISHED"}
    assert presets["CLOUD_API"]["sources"]["/spacing_ms"] == published


def test_figures_of_ones_own_hold_as_they_were_sent(house: House) -> None:
    """A figure that means something else afterwards paces a number wrongly, and nobody sees why."""
    tenant = house.admit(CONSERVATIVE)
    quiet = {"start": "22:30", "end": "06:05", "zone": "recipient", "scope": "all"}
    wanted = own(tenant, per_minute=7, quiet=quiet, new_contacts=40, on_duplicate="wait", typing_ms=0)
    answer = put(tenant, wanted)
    assert (answer.status, answer.json["policy"], answer.json["preset"]) == (200, wanted, None)
    assert shown(tenant) == answer.json
    assert "/per_minute" not in answer.json["sources"]
    assert "/per_hour" in answer.json["sources"]
    off = own(tenant, warmup=None, quiet=None)
    assert put(tenant, off).json["policy"] == off
    assert put(tenant, {"preset": "MODERATE"}).json["preset"] == "MODERATE"


def test_a_change_that_did_not_see_the_one_before_is_refused(house: House) -> None:
    """Two people change the limits at once, and the slower one undoes what the other did without knowing."""
    tenant = house.admit(CONSERVATIVE)
    assert put(tenant, {"preset": "MODERATE"}, version=1).json["version"] == 2
    refused = put(tenant, own(tenant, per_minute=3), version=1)
    assert (refused.status, refused.json["code"]) == (409, "contended")
    assert "version 2" in refused.json["detail"]
    assert shown(tenant)["preset"] == "MODERATE"
    assert put(tenant, {"preset": "CONSERVATIVE"}).json["version"] == 3


def test_other_settings_are_no_conflict_and_the_same_policy_is_no_change(house: House) -> None:
    """Renaming the organization would make somebody's work on the limits worthless."""
    tenant = house.admit(CONSERVATIVE)
    assert tenant.call("PATCH", "/api/organization", {"name": "Loja Nova"}).status == 200
    assert put(tenant, {"preset": "CONSERVATIVE"}, version=1).json["version"] == 1
    assert tenant.call("GET", f"{POLICY}/history").json["data"] == []
    assert tenant.call("GET", "/api/organization").json["name"] == "Loja Nova"


def test_every_change_is_kept_with_who_and_what_was_before(house: House) -> None:
    """After a ban nobody could say who raised the limit, when, and from what."""
    tenant = house.admit(CONSERVATIVE)
    put(tenant, {"preset": "MODERATE"})
    house.clock.advance(60)
    put(tenant, own(tenant, per_minute=4))
    first = tenant.call("GET", f"{POLICY}/history?limit=1").json
    assert first["has_more"]
    second = tenant.call("GET", f"{POLICY}/history?limit=1&cursor={first['next_cursor']}").json
    assert not second["has_more"]
    newest, oldest = first["data"][0], second["data"][0]
    assert (newest["type"], newest["data"]["version"], oldest["data"]["version"]) == ("policy_changed", 3, 2)
    assert newest["actor"].startswith("client key_")
    assert newest["at"] > oldest["at"]
    assert newest["data"]["old"] == oldest["data"]["new"]
    assert (newest["data"]["new"]["per_minute"], oldest["data"]["old"]["min_interval_ms"]) == (4, 2_500)
    assert oldest["data"]["old"]["quiet"]["start"] == "21:00"
    other = house.admit()
    assert other.call("GET", f"{POLICY}/history").json["data"] == []
    assert other.call("GET", f"{POLICY}/history?cursor={first['next_cursor']}").status == 400


def test_a_figure_that_was_forgotten_is_asked_for(house: House) -> None:
    """Somebody who leaves the warm-up out would switch it off without a word."""
    tenant = house.admit(CONSERVATIVE)
    wanted = own(tenant)
    del wanted["warmup"]
    refused = put(tenant, wanted)
    assert [error["pointer"] for error in refused.json["errors"]] == ["/policy/warmup"]
    assert [error["pointer"] for error in put(tenant, {"preset": "RECKLESS"}).json["errors"]] == ["/policy/preset"]
    assert put(tenant, "CONSERVATIVE").json["errors"][0]["pointer"] == "/policy"
    assert put(tenant, {"preset": "CLOUD_API"}).json["errors"][0]["pointer"] == "/policy/preset"
    assert tenant.call("PUT", POLICY, {"policy": {"preset": "MODERATE"}}).json["errors"][0]["pointer"] == "/version"


def test_a_number_has_figures_of_its_own_or_its_organizations_again(house: House) -> None:
    """One number that has to be handled with care would slow down all the others."""
    tenant = house.admit(CONSERVATIVE)
    path = f"{INSTANCES}/{tenant.instance_ids[0]}"
    policy = tenant.call("GET", path).json["policy"]
    assert (policy["scope"], policy["preset"], policy["warmup"]["days"]) == ("ORGANIZATION", "CONSERVATIVE", 10)
    wanted = own(tenant, per_minute=3)
    changed = tenant.call("PATCH", path, {"policy": wanted}).json["policy"]
    assert changed == {**wanted, "scope": "INSTANCE", "preset": None}
    bad = tenant.call("PATCH", path, {"policy": own(tenant, per_hour=4)})
    assert (bad.status, bad.json["errors"][0]["pointer"]) == (422, "/policy/per_hour")
    assert tenant.call("PATCH", path, {"policy": {"preset": "CLOUD_API"}}).status == 422
    assert tenant.call("PATCH", path, {"policy": None}).json["policy"]["scope"] == "ORGANIZATION"
    [back, first] = [
        entry for entry in tenant.call("GET", f"{path}/journal").json["data"] if entry["type"] == "policy_changed"
    ]
    assert (first["data"]["old"], first["data"]["new"]) == (None, wanted)
    assert (back["data"]["old"], back["data"]["new"]) == (wanted, None)


def test_a_number_has_its_own_way_with_what_stays_unconfirmed(house: House) -> None:
    """What may be repeated for codes would be repeated for invoices too, and somebody pays twice."""
    tenant = house.admit(CONSERVATIVE)
    assert shown(tenant)["policy"]["on_unconfirmed"] == "hold"
    assert put(tenant, own(tenant, on_unconfirmed="fail")).json["policy"]["on_unconfirmed"] == "fail"
    [careful, eager] = [*tenant.instance_ids, tenant.add_number("Codes")]
    changed = tenant.call("PATCH", f"{INSTANCES}/{eager}", {"policy": own(tenant, on_unconfirmed="resend")})
    assert changed.json["policy"]["on_unconfirmed"] == "resend"
    view = services().views.load(tenant.id)
    assert [view.policy(one).on_unconfirmed for one in (careful, eager)] == ["fail", "resend"]


def test_a_new_number_warms_up_unless_it_was_in_use_before(house: House) -> None:
    """An old number would be held at fifteen messages a day; or a new one sends eight hundred."""
    tenant = house.admit(CONSERVATIVE)
    path = f"{INSTANCES}/{tenant.instance_ids[0]}"
    today = tenant.call("GET", path).json["warmup"]
    assert (today["day"], today["days"], today["messages"], today["new_contacts"]) == (1, 10, 15, 5)
    house.clock.advance(2 * DAY // 1_000)
    today = tenant.call("GET", path).json["warmup"]
    assert (today["day"], today["messages"], today["ends_at"]) == (3, 48, "2027-01-25T08:00:00.000Z")
    used = tenant.call("PATCH", path, {"warmed_up": True}).json
    assert (used["warmed_up"], used["warmup"]) == (True, None)
    newest = tenant.call("GET", f"{path}/journal?limit=1").json["data"][0]
    assert newest["data"] == {"old": {"warmed_up": False}, "new": {"warmed_up": True}}
    body = {"name": "Antigo", "warmed_up": True}
    made = tenant.call("POST", INSTANCES, body, Idempotency_Key="antigo").json
    assert (made["warmed_up"], made["warmup"]) == (True, None)
    refused = tenant.call("POST", INSTANCES, {"name": "Antigo"}, Idempotency_Key="antigo")
    assert refused.json["code"] == "idempotency_key_reused"


def test_a_number_of_a_provider_that_is_not_there_is_refused(house: House) -> None:
    """A number would be made that nobody can ever connect."""
    tenant = house.admit()
    refused = tenant.call("POST", INSTANCES, {"name": "Oficial", "provider": "cloud_api"})
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/provider")
