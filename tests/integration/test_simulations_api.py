"""What-if over HTTP: asked about real messages, worked off by the gate function, answered with both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.values import MINUTE
from chalicelib.domain.whatif.assumptions import Assumption, NotModelled
from tests.integration.house import UNHURRIED
from tests.integration.test_policy_api import own, put

if TYPE_CHECKING:
    from tests.integration.house import Answer, House, Tenant

SIMULATIONS = "/api/gate/simulations"


def send(tenant: Tenant, count: int) -> None:
    """Hand in messages to as many people, and let a moment pass."""
    for number in range(count):
        tenant.submit(target={"kind": "PHONE", "value": f"+55119876543{number:02}"})
    tenant.house.clock.advance(1)


def ask(tenant: Tenant, policy: object, hours: object = 24, **more: object) -> Answer:
    """Ask what a policy would have done."""
    return tenant.call("POST", SIMULATIONS, {"hours": hours, "policy": policy, **more})


def answered(tenant: Tenant, asked: Answer) -> Any:  # noqa: ANN401 - JSON values
    """The answer, once the gate function has worked."""
    assert asked.status == 202, asked.raw
    tenant.house.answer()
    found = tenant.call("GET", f"{SIMULATIONS}/{asked.json['id']}")
    assert found.status == 200, found.raw
    return found.json


def limit(tenant: Tenant, **figures: object) -> Any:  # noqa: ANN401 - as above
    """A policy as loose as the one that holds, but for some figures."""
    loose = {
        "per_minute": 1_000,
        "per_hour": 10_000,
        "per_day": 100_000,
        "min_interval_ms": 0,
        "max_interval_ms": 0,
        "warmup": None,
        "quiet": None,
        "spacing_ms": 0,
        "duplicate_window_ms": 0,
    }
    return own(tenant, **{**loose, **figures})


def test_what_a_limit_would_have_done_to_the_last_hours(house: House) -> None:
    """An administrator tries a limit on customers because there is no other way to see what it does."""
    tenant = house.admit(UNHURRIED)
    send(tenant, 5)
    asked = ask(tenant, limit(tenant, per_minute=2, per_hour=2, reply_share_percent=0))
    assert (asked.json["status"], asked.json["progress"], asked.json["result"]) == (
        "PENDING",
        {"done": 0, "of": 2},
        None,
    )
    assert asked.headers["Location"] == asked.json["url"]
    found = answered(tenant, asked)
    assert (found["status"], found["progress"], found["intents"], found["cut_off"]) == (
        "DONE",
        {"done": 2, "of": 2},
        5,
        False,
    )
    result, number = found["result"], tenant.instance_ids[0]
    none = {"waiting": 0, "blocked": 0, "dropped": 0}
    assert result["actual"]["outcomes"] == {"at_once": 5, "later": 0, **none}
    assert result["proposed"]["outcomes"] == {"at_once": 2, "later": 3, **none}
    assert (result["actual"]["waits"], result["proposed"]["waits"]) == ({}, {"RATE_LIMIT": 3})
    assert result["actual"]["instances"] == result["proposed"]["instances"] == {number: 5}
    assert (result["stopped"], result["freed"]) == (0, 0)
    assert result["proposed"]["delay"]["p95_ms"] > 50 * MINUTE
    assert result["added_delay"]["p95_ms"] > 50 * MINUTE
    assert (found["hours"], found["instance_id"], found["preset"]) == (24, None, None)
    assert found["policy"]["per_hour"] == 2
    assert {one["code"] for one in found["assumptions"]} == set(Assumption)
    assert {one["code"] for one in found["not_modelled"]} == set(NotModelled)


def test_the_policy_of_the_time_comes_from_the_journal(house: House) -> None:
    """Whoever has just changed the policy would compare the new one with itself."""
    tenant = house.admit(CONSERVATIVE)
    assert put(tenant, limit(tenant, per_minute=1, per_hour=1, reply_share_percent=0)).status == 200
    house.clock.advance(1)
    send(tenant, 3)
    assert put(tenant, limit(tenant)).status == 200
    house.clock.advance(1)
    result = answered(tenant, ask(tenant, limit(tenant)))["result"]
    assert (result["actual"]["outcomes"]["at_once"], result["actual"]["waits"]) == (1, {"RATE_LIMIT": 2})
    assert (result["proposed"]["outcomes"]["at_once"], result["proposed"]["waits"]) == (3, {})


def test_one_number_and_a_preset(house: House) -> None:
    """The careful policy for the new number would be judged by what it does to all of them."""
    tenant = house.admit(UNHURRIED)
    send(tenant, 3)
    found = answered(tenant, ask(tenant, {"preset": "MODERATE"}, 168, instance_id=tenant.instance_ids[0]))
    assert (found["status"], found["preset"], found["instance_id"]) == ("DONE", "MODERATE", tenant.instance_ids[0])
    assert found["result"]["proposed"]["outcomes"]["at_once"] == 3


def test_another_organizations_question_is_unknown(house: House) -> None:
    """A competitor on the same deployment would read how much somebody sends."""
    tenant, other = house.admit(UNHURRIED), house.admit(UNHURRIED)
    asked = ask(tenant, {"preset": "MODERATE"}).json["id"]
    foreign = other.call("GET", f"{SIMULATIONS}/{asked}")
    unknown = other.call("GET", f"{SIMULATIONS}/sim_{'0' * 26}")
    assert (foreign.status, unknown.status) == (404, 404)
    assert {**foreign.json, "request_id": ""} == {**unknown.json, "request_id": ""}
    assert other.call("GET", SIMULATIONS).json["data"] == []
    refused = ask(other, {"preset": "MODERATE"}, instance_id=tenant.instance_ids[0])
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/instance_id")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"hours": 0}, "/hours"),
        ({"hours": 169}, "/hours"),
        ({"policy": {"preset": "RECKLESS"}}, "/policy/preset"),
        ({"policy": {"preset": "CLOUD_API"}}, "/policy/preset"),
        ({"policy": {"per_minute": 5}}, "/policy/per_hour"),
        ({"instance_id": "ins_nobody"}, "/instance_id"),
        ({"since": "yesterday"}, "/since"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(house: House, changes: dict[str, object], pointer: str) -> None:
    """A question that makes no sense is answered with figures that make none either."""
    tenant = house.admit(UNHURRIED)
    refused = tenant.call("POST", SIMULATIONS, {"hours": 24, "policy": {"preset": "MODERATE"}, **changes})
    assert refused.status == 422
    assert pointer in {error["pointer"] for error in refused.json["errors"]}
    assert house.answer() == []
    assert tenant.call("GET", SIMULATIONS).json["data"] == []


def test_a_contradicting_policy_is_refused_like_anywhere(house: House) -> None:
    """What cannot be saved could be tried, and the trial would be for nothing."""
    tenant = house.admit(UNHURRIED)
    refused = ask(tenant, own(tenant, per_minute=200, per_hour=100))
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/policy/per_hour")


def test_one_question_at_a_time(house: House) -> None:
    """A script that asks in a loop would keep the Gate from deciding."""
    tenant = house.admit(UNHURRIED)
    first = ask(tenant, {"preset": "MODERATE"})
    second = ask(tenant, {"preset": "CONSERVATIVE"})
    assert (second.status, second.json["code"]) == (409, "not_possible_now")
    assert answered(tenant, first)["status"] == "DONE"
    house.clock.advance(1)
    third = ask(tenant, {"preset": "CONSERVATIVE"})
    listed = tenant.call("GET", SIMULATIONS, None).json
    assert [one["id"] for one in listed["data"]] == [third.json["id"], first.json["id"]]


def test_asking_changes_nothing(house: House) -> None:
    """Reserved slots, remembered people and sent messages of a trial would be real."""
    tenant = house.admit(UNHURRIED)
    send(tenant, 3)
    before = [one for one in house.items() if not one["pk"]["S"].startswith("SIMULATION")]
    answered(tenant, ask(tenant, {"preset": "CONSERVATIVE"}))
    after = house.items()
    assert [one for one in after if not one["pk"]["S"].startswith("SIMULATION")] == before
    written = [one for one in after if one["pk"]["S"].startswith("SIMULATION")]
    assert all(one["ttl"]["N"] for one in written)
    assert house.phone.texts() == []


def test_sentences_follow_the_caller(house: House) -> None:
    """A Portuguese reader would get the small print in English."""
    tenant = house.admit(UNHURRIED)
    asked = ask(tenant, {"preset": "MODERATE"}).json["id"]
    path = f"{SIMULATIONS}/{asked}"
    english, portuguese = (
        tenant.call("GET", path, None, Accept_Language=language).json["not_modelled"] for language in ("en", "pt-BR")
    )
    assert [one["code"] for one in english] == [one["code"] for one in portuguese]
    assert all(one["text"] and one["text"] != other["text"] for one, other in zip(english, portuguese, strict=True))
