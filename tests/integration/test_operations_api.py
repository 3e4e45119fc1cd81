"""All sending of an organization over HTTP: stopped at once, resumed in order, and told to whoever asks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.dynamodb.leases import DynamoLeases
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.application.ports.leases import LeaseKind
from chalicelib.bootstrap import services
from chalicelib.domain.control import Lease

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

ORGANIZATION, PAUSE, RESUME = "/api/organization", "/api/ops/pause", "/api/ops/resume"


def shown(tenant: Tenant) -> Any:  # noqa: ANN401 - JSON values
    """The organization as the API shows it."""
    answer = tenant.call("GET", ORGANIZATION)
    assert answer.status == 200, answer.raw
    return answer.json


def test_everything_stops_and_goes_on_in_order(house: House) -> None:
    """A mistake in a text could not be stopped while it leaves through ten numbers, or all of it would be lost."""
    tenant = house.admit()
    tenant.add_number("Suporte")
    approved = tenant.submit()
    paused = tenant.call("POST", PAUSE, {"reason": "texto errado"})
    assert (paused.status, paused.json) == (200, shown(tenant))
    pause = paused.json["paused"]
    assert (pause["status"], pause["in_flight"], pause["reason"], pause["until"]) == ("PAUSED", 0, "texto errado", None)
    assert pause["by"].startswith("client key_")
    assert pause["since"] == "2027-01-15T08:00:00.001Z"
    late = tenant.submit()
    house.work()
    house.clock.advance(1)
    house.answer()
    assert house.phone.sends() == []
    for one in (approved, late):
        now = tenant.show(one)
        assert (now["status"], now["reason"], now["attempts"]) == ("QUEUED", "OPS_PAUSED", 0)
    resumed = tenant.call("POST", RESUME)
    assert (resumed.status, resumed.json["paused"]) == (200, None)
    house.answer()
    house.work()
    assert tenant.statuses(approved, late) == ["SENT", "SENT"]
    assert len(house.phone.sends()) == 2


def test_a_pause_tells_what_is_still_under_way(house: House) -> None:
    """The panel would say that everything stands still while messages are leaving."""
    tenant = house.admit()
    leases, now = DynamoLeases(Table(house.dynamodb, house.table)), house.clock.now()
    leases.take(LeaseKind.LANE, tenant.instance_ids[0], "worker", Lease(now, now + 30_000, 2))
    answer = tenant.call("POST", PAUSE, {"reason": "revisão", "until": "2027-01-15T10:00:00Z"})
    pause = answer.json["paused"]
    assert (pause["status"], pause["in_flight"], pause["until"]) == ("PAUSING", 2, "2027-01-15T10:00:00.000Z")
    leases.release(LeaseKind.LANE, tenant.instance_ids[0], "worker")
    assert shown(tenant)["paused"]["status"] == "PAUSED"
    house.clock.advance(2 * 3_600)
    assert shown(tenant)["paused"] is None


def test_what_cannot_be_is_said(house: House) -> None:
    """The second of two people would overwrite the reason of the first, or believe that nothing was paused."""
    tenant = house.admit()
    refused = tenant.call("POST", RESUME)
    assert (refused.status, refused.json["code"]) == (409, "not_possible_now")
    tenant.call("POST", PAUSE, {"reason": "primeiro"})
    again = tenant.call("POST", PAUSE, {"reason": "segundo"})
    assert (again.status, again.json["code"]) == (409, "not_possible_now")
    assert shown(tenant)["paused"]["reason"] == "primeiro"


def test_a_pause_that_makes_no_sense_is_refused(house: House) -> None:
    """A company would stand still until a year that somebody mistyped."""
    tenant = house.admit()
    wrong: list[tuple[dict[str, str], str]] = [
        ({}, "/reason"),
        ({"reason": " "}, "/reason"),
        ({"reason": "x", "until": "2027-01-15T07:00:00Z"}, "/until"),
        ({"reason": "x", "until": "2030-01-15T07:00:00Z"}, "/until"),
        ({"reason": "x", "untill": "2027-01-15T10:00:00Z"}, "/untill"),
    ]
    for body, pointer in wrong:
        answer = tenant.call("POST", PAUSE, body)
        assert (answer.status, [error["pointer"] for error in answer.json["errors"]]) == (422, [pointer]), body
    assert shown(tenant)["paused"] is None


def test_it_stops_nobody_else(house: House) -> None:
    """One customer's pause would silence another."""
    tenant, other = house.admit(), house.admit()
    tenant.call("POST", PAUSE, {"reason": "x"})
    assert shown(other)["paused"] is None
    assert other.submit()["status"] == "APPROVED"
    assert house.call("POST", PAUSE, b'{"reason":"x"}').status == 401


def test_a_journal_keeps_who_did_it_and_the_policys_history_stays_its_own(house: House) -> None:
    """Nobody could say who stopped the company; or a client of the policy's history would stumble over a pause."""
    tenant = house.admit()
    tenant.call("POST", PAUSE, {"reason": "revisão", "until": "2027-01-15T10:00:00Z"})
    house.clock.advance(1)
    version = tenant.call("GET", "/api/policy").json["version"]
    tenant.call("PUT", "/api/policy", {"version": version, "policy": {"preset": "CONSERVATIVE"}})
    house.clock.advance(1)
    tenant.call("POST", RESUME)
    first = tenant.call("GET", f"{ORGANIZATION}/journal?limit=2").json
    assert [entry["type"] for entry in first["data"]] == ["resumed", "policy_changed"]
    [oldest] = tenant.call("GET", f"{ORGANIZATION}/journal?cursor={first['next_cursor']}").json["data"]
    assert (oldest["type"], oldest["data"]) == ("paused", {"reason": "revisão", "until": "2027-01-15T10:00:00.000Z"})
    assert oldest["actor"].startswith("client key_")
    history = tenant.call("GET", "/api/policy/history?limit=1").json
    assert ([entry["type"] for entry in history["data"]], history["has_more"]) == (["policy_changed"], False)
    assert tenant.call("GET", f"/api/policy/history?cursor={first['next_cursor']}").status == 400


def test_a_plan_is_shown_with_its_use(house: House) -> None:
    """A customer would learn of the plan's limit when everything waits."""
    tenant = house.admit()
    assert shown(tenant)["plan"] is None
    services().onboarding.change_organization(tenant.id, lambda one: replace(one, plan=2))
    tenant.submit()
    assert shown(tenant)["plan"] == {"per_day": 2, "used": 1}
