"""What the Gate's answers look like to a client, and that every "not yet" ends."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap import services
from chalicelib.domain.instance import InstancePurpose, Lifecycle
from chalicelib.domain.parking import Line, line_of
from chalicelib.domain.pause import Pause
from chalicelib.domain.policy import Policy
from tests.fakes.clock import NOON
from tests.integration.house import wish

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

_ONE_A_MINUTE = Policy(per_minute=1, per_hour=60, per_day=1_000, min_interval=0, max_interval=0)


def _says(intent: Any) -> tuple[str, str, str | None]:  # noqa: ANN401 - JSON values
    return intent["status"], intent["decision"]["kind"], intent["decision"]["reason"]


def _second_number(tenant: Tenant) -> str:
    """Connect another number."""
    return tenant.add_number("Suporte")


def test_a_scheduled_message_waits_for_its_time(house: House) -> None:
    """Birthday greetings would arrive the day before, or never."""
    tenant = house.admit()
    intent = tenant.submit(send_at="2027-01-15T10:00:00+01:00")
    assert _says(intent) == ("QUEUED", "DEFER", "SCHEDULED")
    assert intent["decision"]["until"] == intent["send_at"] == "2027-01-15T09:00:00.000Z"
    assert intent["expires_at"] == "2027-01-29T09:00:00.000Z"
    house.wait(3_590)
    assert (tenant.statuses(intent), house.phone.sends()) == (["QUEUED"], [])
    house.wait(10)
    assert tenant.statuses(intent) == ["SENT"]


def test_send_at_in_the_past_means_now(house: House) -> None:
    """A client whose clock is slow could not send anything."""
    assert house.admit().submit(send_at="2027-01-15T07:59:00Z")["status"] == "APPROVED"


def test_a_paused_organization_accepts_and_keeps(house: House) -> None:
    """A pause would lose what comes in meanwhile, or let it out."""
    tenant = house.admit()
    organization = services().views.load(tenant.id).organization
    services().directory.put_organization(replace(organization, paused=Pause("usr_1", "inventory", NOON)))
    intents = [tenant.submit(content={"type": "TEXT", "text": str(number)}) for number in range(3)]
    assert [_says(intent) for intent in intents] == [("QUEUED", "DEFER", "OPS_PAUSED")] * 3
    assert intents[0]["decision"]["parked_on"] == tenant.id
    house.wait(600)
    assert house.phone.sends() == []
    services().directory.put_organization(replace(organization, version=organization.version + 1))
    house.wait(60)
    assert tenant.statuses(*intents) == ["SENT"] * 3
    assert house.phone.texts() == ["0", "1", "2"]


def test_a_disconnected_number_keeps_what_it_should_send(house: House) -> None:
    """Messages would be burnt against a dead number, or forgotten when it returns."""
    tenant = house.admit()
    tenant.disconnect()
    intent = tenant.submit()
    assert _says(intent) == ("QUEUED", "DEFER", "INSTANCE_DISCONNECTED")
    assert intent["decision"]["parked_on"] == tenant.id
    assert house.receive() == []
    house.wait(60)
    assert tenant.statuses(intent) == ["SENT"]


def test_a_message_no_number_may_carry_is_blocked(house: House) -> None:
    """A client would wait for a message that can never leave."""
    tenant = house.admit(purpose=InstancePurpose.DISPATCH)
    intent = tenant.submit(purpose="WARMUP")
    assert _says(intent) == ("BLOCKED", "BLOCK", "NO_ELIGIBLE_INSTANCE")
    assert intent["reason"] == "NO_ELIGIBLE_INSTANCE"
    assert [line["subject"] for line in intent["decision"]["trace"]] == [tenant.instance.id]
    house.wait(600)
    assert (tenant.show(intent), house.phone.sends()) == (intent, [])


def test_a_banned_number_blocks(house: House) -> None:
    """A client would not learn that its number is gone."""
    tenant = house.admit()
    services().directory.put_instance(replace(tenant.instance, lifecycle=Lifecycle.BANNED))
    assert _says(tenant.submit()) == ("BLOCKED", "BLOCK", "INSTANCE_BANNED")


def test_an_organization_without_numbers_is_told(house: House) -> None:
    """A new customer's first message would vanish without a word."""
    tenant = house.admit()
    services().directory.put_instance(replace(tenant.instance, lifecycle=Lifecycle.RETIRED))
    assert _says(tenant.submit()) == ("BLOCKED", "BLOCK", "NO_ELIGIBLE_INSTANCE")


def test_the_next_slot_is_within_the_horizon(house: House) -> None:
    """A number would send faster than its policy allows, and be banned."""
    tenant = house.admit(_ONE_A_MINUTE)
    first, second = tenant.submit(), tenant.submit()
    assert [first["status"], second["status"]] == ["APPROVED", "APPROVED"]
    assert second["decision"]["not_before"] >= "2027-01-15T08:01:00.000Z"
    assert house.work() == []
    assert tenant.statuses(first, second) == ["SENT", "APPROVED"]
    house.clock.advance(62)
    house.work()
    assert tenant.statuses(first, second) == ["SENT", "SENT"]


def test_beyond_the_horizon_a_message_waits_for_its_turn(house: House) -> None:
    """Slots far ahead would be promised and then broken by a pause; or the rest would never be sent."""
    tenant = house.admit(_ONE_A_MINUTE)
    intents = [tenant.submit() for _ in range(5)]
    waiting = [intent for intent in intents if intent["status"] == "QUEUED"]
    assert [intent["status"] for intent in intents] == ["APPROVED"] * 2 + ["QUEUED"] * 3
    assert all(_says(intent) == ("QUEUED", "DEFER", "RATE_LIMIT") for intent in waiting)
    assert {intent["decision"]["parked_on"] for intent in waiting} == {line_of(tenant.id, Line.DISPATCH)}
    sent_at: list[int] = []
    for _ in range(60):
        before = len(house.phone.sends())
        house.wait(10)
        sent_at += [house.clock.now()] * (len(house.phone.sends()) - before)
    assert tenant.statuses(*intents) == ["SENT"] * 5
    assert all(later - earlier >= 59_000 for earlier, later in pairwise(sent_at))


def test_a_pinned_message_leaves_from_its_number(house: House) -> None:
    """Answers would come from a number the customer does not know."""
    tenant = house.admit()
    other = _second_number(tenant)
    for name in (tenant.instance.id, other):
        intent = tenant.submit(instance_id=name)
        assert intent["decision"]["instance_id"] == name
    tenant.disconnect()
    pinned, free = tenant.submit(instance_id=tenant.instance.id), tenant.submit()
    assert _says(pinned) == ("QUEUED", "DEFER", "INSTANCE_DISCONNECTED")
    assert (free["status"], free["decision"]["instance_id"]) == ("APPROVED", other)


def test_whichever_number_returns_first_takes_what_waits(house: House) -> None:
    """A message any number may carry would wait for one dead number while another is back."""
    tenant = house.admit()
    other = _second_number(tenant)
    tenant.disconnect()
    house.phone.driver.control(f"sessions/{tenant.instance.id}/logout")
    paused = services().views.load(tenant.id).instances[other]
    services().directory.put_instance(replace(paused, paused=Pause("usr_1", "holiday", NOON)))
    intent = tenant.submit()
    assert intent["status"] == "QUEUED"
    resumed = services().views.load(tenant.id).instances[other]
    services().directory.put_instance(replace(resumed, paused=None))
    house.wait(60)
    assert tenant.statuses(intent) == ["SENT"]


def test_a_reply_expires_after_a_day(house: House) -> None:
    """An answer to yesterday's question would arrive two weeks later."""
    tenant = house.admit()
    assert tenant.post(wish(purpose="REPLY")).json["expires_at"] == "2027-01-16T08:00:00.000Z"
