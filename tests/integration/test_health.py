"""A number in trouble with the real adapter and the local phone: refused, throttled, banned, silent, and back again."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from chalicelib.domain.values import DAY, HOUR, MINUTE
from tests.integration.browser import Browser, member
from tests.integration.hooks import knock, report
from tests.integration.house import events

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

FRIEND = "+5511976540009"
_OPERATORS = itertools.count()
THROTTLED = "error sending message: server returned error 429"


def stranger(number: int) -> str:
    """The phone of somebody who never wrote."""
    return f"+55119765400{number:02d}"


def write(tenant: Tenant, phone: str, text: str = "Oi") -> Any:  # noqa: ANN401 - JSON values
    """Hand in a message to somebody."""
    return tenant.submit(target={"kind": "PHONE", "value": phone}, content={"type": "TEXT", "text": text})


def health(tenant: Tenant) -> Any:  # noqa: ANN401 - JSON values
    """How the first number is doing, as the API says it."""
    answer = tenant.call("GET", f"/api/instances/{tenant.instance.id}/health")
    assert answer.status == 200, answer.raw
    return answer.json


def page(tenant: Tenant, language: str = "en", place: str = "") -> str:
    """What an operator reads: on the number's own page unless told otherwise."""
    address = member(tenant, email=f"operator-{next(_OPERATORS)}@example.com")
    browser = Browser(tenant.house, language).sign_in(address)
    return browser.open(place or f"/instances/{tenant.instance.id}/overview").text


def control(tenant: Tenant, what: str, **body: object) -> None:
    """Let the phone, or WhatsApp, do something to the first number."""
    assert tenant.house.phone.driver.control(f"sessions/{tenant.instance.id}/{what}", body).status == 200


def hear(tenant: Tenant, kind: str) -> None:
    """Hand in what the phone said of a kind, and work on it."""
    hook = tenant.house.receiver.wait_for(kind)[-1]
    assert knock(tenant, hook.raw).status == 204
    assert tenant.house.ingest(tenant.house.receive("PROVIDER_EVENTS_QUEUE_URL")) == []


def befriend(tenant: Tenant) -> None:
    """Somebody writes to the number."""
    control(tenant, "reply", **{"from": FRIEND.removeprefix("+"), "text": "Oi, tudo bem?"})
    hear(tenant, "Message")


def journal(tenant: Tenant) -> list[str]:
    """What happened to the first number, oldest first, but for its session."""
    answer = tenant.call("GET", f"/api/instances/{tenant.instance.id}/journal?limit=100")
    return [one["type"] for one in reversed(answer.json["data"]) if one["type"] not in {"created", "connection"}]


def later(house: House, milliseconds: int) -> None:
    """Much later: a tick learns that the number is still connected, the next ones do what is due."""
    house.wait(milliseconds / 1000)
    for _ in range(3):
        house.wait(60)


def test_a_locked_number_writes_to_those_it_knows_until_one_stranger_finds_out(house: House) -> None:
    """The number would knock at every stranger's door until it is banned; or stop writing to its customers, too."""
    tenant = house.admit()
    befriend(tenant)
    control(tenant, "reachout-lock", scope="account")
    strangers = [write(tenant, stranger(number)) for number in range(4)]
    friend = write(tenant, FRIEND)
    house.work()
    assert len(house.phone.sends()) == 3
    assert tenant.statuses(friend) == ["SENT"]
    shown = [tenant.show(one) for one in strangers]
    assert {(one["status"], one["reason"]) for one in shown} == {("QUEUED", "REACHOUT_LOCK")}
    assert [one["attempts"] for one in shown] == [1, 1, 0, 0]
    lock = health(tenant)["reachout"]
    assert (lock["assumed"], lock["level"], lock["probe"]) == (True, 1, None)
    assert "new chats are locked until" in page(tenant)
    assert "(suposição)" in page(tenant, "pt-BR")
    house.wait(60)
    assert len(house.phone.sends()) == 3
    later(house, DAY)
    assert len(house.phone.sends()) == 4
    assert health(tenant)["reachout"]["level"] == 2
    control(tenant, "reachout-lock", scope="contact", contact=stranger(99).removeprefix("+"))
    later(house, 2 * DAY)
    assert tenant.statuses(*strangers) == ["SENT"] * 4
    assert health(tenant)["reachout"] is None
    assert journal(tenant) == [
        "reachout_refused",
        "reachout_locked",
        "reachout_probed",
        "reachout_locked",
        "reachout_probed",
        "reachout_unlocked",
    ]


def test_one_stranger_out_of_reach_waits_alone(house: House) -> None:
    """One person's setting would stop a campaign, or the message would be lost."""
    tenant = house.admit()
    control(tenant, "reachout-lock", scope="contact", contact=stranger(1).removeprefix("+"))
    lost, found = write(tenant, stranger(1)), write(tenant, stranger(2))
    house.work()
    house.wait(60)
    assert tenant.statuses(lost, found) == ["QUEUED", "SENT"]
    assert health(tenant)["reachout"] is None
    assert len(house.phone.sends()) == 2


def test_a_lost_token_is_told_and_locks_nobody(house: House) -> None:
    """A session that lost its tokens would look locked, and nobody would repair it."""
    tenant = house.admit()
    befriend(tenant)
    house.phone.driver.faults(answer="463", count=1)
    refused = write(tenant, FRIEND)
    house.work()
    shown = tenant.show(refused)
    assert (shown["status"], shown["reason"], shown["attempts"]) == ("FAILED", "TOKEN_PROBLEM", 1)
    assert health(tenant)["reachout"] is None
    assert health(tenant)["token_problem_at"] is not None
    assert "a known contact was refused" in page(tenant)
    other = write(tenant, stranger(1))
    house.work()
    assert tenant.statuses(other) == ["SENT"]


def test_a_throttled_number_rests_for_a_minute_and_loses_nothing(house: House) -> None:
    """A number that WhatsApp asks to slow down would go on until it is banned."""
    tenant = house.admit()
    intents = [write(tenant, stranger(number)) for number in range(3)]
    house.phone.driver.faults(answer="error", text=THROTTLED, count=1)
    house.work()
    assert tenant.statuses(*intents) == ["QUEUED"] * 3
    assert {tenant.show(one)["attempts"] for one in intents} == {0}
    assert health(tenant)["cooldown"]["reason"] == "THROTTLED"
    assert "WhatsApp took no more messages for the moment" in page(tenant)
    house.wait(61)
    house.wait(1)
    assert tenant.statuses(*intents) == ["SENT"] * 3
    assert health(tenant)["capacity"] == 100
    assert "claimed" in events(tenant.show(intents[0]))


def test_a_ban_for_being_blocked_ends_and_the_number_comes_back_slowly(house: House) -> None:
    """A number would write into its ban, or leave it at full pace and be banned for good."""
    tenant = house.admit()
    control(tenant, "ban", code=102, seconds=2 * 3600)
    hear(tenant, "TemporaryBan")
    resting = health(tenant)
    assert (resting["cooldown"]["reason"], len(resting["signals"]["blocks"])) == ("TEMPORARY_BAN_102", 1)
    text = page(tenant)
    assert "102: blocked by many people" in text
    assert "Then it comes back slowly" in text
    later(house, 2 * HOUR)
    back = health(tenant)
    assert (back["cooldown"], back["risk"], back["ramp"]["percent"]) == (None, "LOW", back["capacity"])
    assert 10 <= back["capacity"] <= 11
    later(house, 6 * HOUR)
    assert health(tenant)["ramp"] is None
    assert journal(tenant) == ["cooldown_entered", "cooldown_left", "ramp_ended"]


def test_a_number_whose_messages_do_not_arrive_is_slowed_down_and_then_stopped(house: House) -> None:
    """A number that WhatsApp delivers nothing for would send on until it is banned."""
    tenant = house.admit()
    intents = [write(tenant, stranger(number)) for number in range(30)]
    house.work()
    assert tenant.statuses(*intents) == ["SENT"] * 30
    for intent in intents[:3]:
        report(tenant, intent)
    for _ in range(5):
        house.wait(5 * 60)
    told = health(tenant)
    assert (told["cooldown"]["reason"], told["signals"]["delivery"]["sent"]) == ("HEALTH_DELIVERED", 30)
    assert told["alerts"][0] == {
        "measure": "DELIVERED",
        "value": 10,
        "limit": 25,
        "effect": "COOLDOWN",
        "at": told["signals"]["delivery"]["at"],
    }
    assert told["thresholds"]["source"] == "OURS"
    assert (
        "Arrived of its recent messages"
        in Browser(house).sign_in(member(tenant)).open(f"/instances/{tenant.instance.id}/audit").text
    )
    later(house, HOUR)
    assert health(tenant)["cooldown"] is None
    assert "% of its limits" in page(tenant)


def test_a_failing_number_has_half_its_limits_and_says_why(house: House) -> None:
    """An operator would see messages wait, and nothing would say that the number is the reason."""
    tenant = house.admit()
    for number in range(5):
        write(tenant, stranger(number))
    house.phone.driver.faults(answer="error", count=5)
    house.work()
    told = health(tenant)
    assert (told["risk"], told["capacity"], told["temperature"]) == ("MEDIUM", 50, 50)
    assert len(told["signals"]["failures"]) == 5
    shown = tenant.call("GET", f"/api/instances/{tenant.instance.id}").json
    assert (shown["risk"], shown["capacity"]) == ("MEDIUM", 50)
    assert "Sends refused within an hour: 5; it counts from 5 on." in page(tenant)
    assert "medium risk" in page(tenant, place="/overview")
    house.wait((HOUR + MINUTE) / 1000)
    assert health(tenant)["risk"] == "LOW"


def test_whoever_asks_for_the_health_of_somebody_elses_number_learns_nothing(house: House) -> None:
    """Another organization's troubles are nobody's business."""
    tenant, other = house.admit(), house.admit()
    path = f"/api/instances/{tenant.instance.id}/health"
    assert other.call("GET", path).status == 404
    assert tenant.call("GET", f"{path}?window=1").status == 400
