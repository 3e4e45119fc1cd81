"""The execute function when the provider misbehaves: nothing lost, nothing doubled, nothing burnt."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.connection import Connection
from chalicelib.domain.pause import Pause
from tests.fakes.clock import NOON
from tests.integration.browser import Browser, member
from tests.integration.house import events

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant


def _copies(house: House) -> list[int]:
    """How often each message that a receiver sees was sent."""
    return [message["copies"] for message in house.phone.driver.log()["messages"]]


def test_a_dead_phone_burns_nothing(house: House) -> None:
    """An outage of the bridge would use up attempts until messages are given up."""
    tenant = house.admit()
    intents = [tenant.submit(content={"type": "TEXT", "text": str(number)}) for number in range(5)]
    house.phone.off()
    assert house.work() == []
    assert tenant.statuses(*intents) == ["QUEUED"] * 5
    shown = [tenant.show(intent) for intent in intents]
    assert {(one["reason"], one["attempts"]) for one in shown} == {("INSTANCE_DISCONNECTED", 0)}
    assert tenant.instance.connection is Connection.DISCONNECTED
    house.wait(60)
    assert tenant.statuses(*intents) == ["QUEUED"] * 5
    assert tenant.submit()["decision"]["reason"] == "INSTANCE_DISCONNECTED"
    house.phone.on()
    house.wait(60)
    assert tenant.statuses(*intents) == ["SENT"] * 5
    assert house.phone.texts() == ["0", "1", "2", "3", "4", "Oi"]
    assert tenant.show(intents[0])["attempts"] == 1


def test_a_logged_out_number_burns_nothing(house: House) -> None:
    """Removing the device on the phone would make every waiting message fail."""
    tenant = house.admit()
    intents = [tenant.submit() for _ in range(2)]
    assert house.phone.driver.control(f"sessions/{tenant.instance.id}/logout").status == 200
    assert house.work() == []
    assert tenant.statuses(*intents) == ["QUEUED"] * 2
    assert {tenant.show(intent)["attempts"] for intent in intents} == {0}
    tenant.connect(tenant.instance.id)
    house.wait(60)
    assert tenant.statuses(*intents) == ["SENT"] * 2


def test_a_bridge_that_says_connected_and_refuses_is_tried_less_and_less(house: House) -> None:
    """A message would be claimed and refused every minute, and nobody would be told when it is tried again."""
    tenant = house.admit()
    intent, path = tenant.submit(), f"/api/instances/{tenant.instance_ids[0]}"
    house.phone.driver.faults(answer="error", text="no session")
    house.work()
    for seconds in (60, 30):
        house.wait(seconds)
    shown = tenant.call("GET", path).json
    assert (shown["connection"]["status"], shown["connection"]["cause"]) == ("DISCONNECTED", "SENDS_FAILED")
    circuit = shown["circuit"]
    assert (circuit["times"], circuit["opened_at"][:16], circuit["until"][:16]) == (
        2,
        "2027-01-15T08:01",
        "2027-01-15T08:02",
    )
    assert "refused sends 2 times in a row" in Browser(house).sign_in(member(tenant)).open("/overview").text
    house.phone.driver.faults()
    house.wait(31)
    assert tenant.statuses(intent) == ["SENT"]
    assert tenant.call("GET", path).json["circuit"] is None


def test_another_number_takes_over(house: House) -> None:
    """Messages any number may carry would wait for the one that died."""
    tenant = house.admit()
    intents = [tenant.submit() for _ in range(2)]
    first = tenant.instance
    tenant.add_number("Suporte", first.purpose)
    house.phone.driver.control(f"sessions/{first.id}/logout")
    house.work()
    house.wait(1)
    assert tenant.statuses(*intents) == ["SENT"] * 2
    assert {tenant.show(intent)["instance_id"] for intent in intents} == {tenant.instance_ids[1]}


@pytest.mark.parametrize("answer", ["drop_after_accept", "timeout_text"])
def test_an_unknown_outcome_is_repeated_safely(house: House, answer: str) -> None:
    """A customer would get a message twice, or never, because an answer was lost."""
    tenant = house.admit()
    intent = tenant.submit()
    house.phone.driver.faults(answer=answer, count=1)
    assert len(house.work()) == 1
    shown = tenant.show(intent)
    assert (shown["status"], shown["attempts"], shown["delivery"]) == ("UNCONFIRMED", 1, None)
    house.clock.advance(14)
    assert house.work() == []
    assert tenant.statuses(intent) == ["UNCONFIRMED"]
    house.clock.advance(2)
    assert house.work() == []
    shown = tenant.show(intent)
    assert (shown["status"], shown["attempts"]) == ("SENT", 2)
    assert events(shown)[2:] == ["claimed", "unconfirmed", "claimed", "sent"]
    assert len(set(house.phone.sends())) == 1
    assert _copies(house) == [2]


@pytest.mark.parametrize("answer", ["empty", "invalid_json", "hang"])
def test_an_answer_that_says_nothing_is_no_success(house: House, answer: str) -> None:
    """Messages that never left would be shown as sent."""
    tenant = house.admit()
    intent = tenant.submit()
    house.phone.driver.faults(answer=answer, count=1)
    assert len(house.work()) == 1
    assert tenant.statuses(intent) == ["UNCONFIRMED"]
    house.clock.advance(16)
    house.work()
    assert tenant.statuses(intent) == ["SENT"]
    assert len(house.phone.texts()) == 1


def test_a_success_that_is_none_is_no_success(house: House) -> None:
    """A refusal in the clothes of HTTP 200 would be shown as sent."""
    tenant = house.admit()
    intent = tenant.submit()
    house.phone.driver.faults(answer="success_false", count=1)
    house.work()
    assert (tenant.statuses(intent), house.phone.texts()) == (["APPROVED"], [])


def test_two_unknown_outcomes_stop_the_number(house: House) -> None:
    """A number whose answers are lost would go on sending into the void."""
    tenant = house.admit()
    intents = [tenant.submit() for _ in range(5)]
    house.phone.driver.faults(answer="drop_after_accept", count=5)
    house.work()
    assert tenant.statuses(*intents) == ["UNCONFIRMED"] * 2 + ["QUEUED"] * 3
    assert len(house.phone.sends()) == 2
    house.phone.driver.faults()
    for _ in range(3):
        house.wait(60)
    assert tenant.statuses(*intents) == ["SENT"] * 5
    assert _copies(house) == [2, 2, 1, 1, 1]


def test_a_permanent_failure_ends_at_once(house: House) -> None:
    """A message that WhatsApp will never take would be tried again and again, and the number be banned."""
    tenant = house.admit()
    intent = tenant.submit()
    house.phone.driver.faults(answer="error", text="error sending message: can't send message to unknown server")
    assert house.work() == []
    shown = tenant.show(intent)
    assert (shown["status"], shown["reason"], shown["attempts"]) == ("FAILED", "RECIPIENT_INVALID", 1)
    house.wait(600)
    assert len(house.phone.sends()) == 1


def test_retries_back_off_and_end(house: House) -> None:
    """A message that WhatsApp keeps refusing would be tried for ever, or be given up at the first hiccup."""
    tenant = house.admit()
    intent = tenant.submit()
    house.phone.driver.faults(answer="error")
    tried_at: list[int] = []
    for _ in range(50):
        before = len(house.phone.sends())
        house.wait(40)
        tried_at += [house.clock.now()] * (len(house.phone.sends()) - before)
    shown = tenant.show(intent)
    assert (shown["status"], shown["reason"], shown["attempts"]) == ("FAILED", "RETRIES_EXHAUSTED", 6)
    pauses = [later - earlier for earlier, later in pairwise(tried_at)]
    assert len(pauses) == 5
    assert pauses == sorted(pauses)


def _unconfirmed(house: House, tenant: Tenant) -> dict[str, str]:
    intent: dict[str, str] = tenant.submit()
    house.phone.driver.faults(answer="drop_after_accept", count=1)
    house.work()
    assert tenant.statuses(intent) == ["UNCONFIRMED"]
    return intent


def _poll(house: House, seconds: int) -> int:
    """Let the queue deliver for so long; returns how many deliveries it took."""
    deliveries = 0
    for _ in range(seconds):
        batch = house.receive()
        deliveries += len(batch)
        failed = house.execute(batch)
        for record in batch:
            if record["messageId"] not in failed:
                house.sqs.delete_message(
                    QueueUrl=house.urls["EXECUTION_QUEUE_URL"], ReceiptHandle=record["receiptHandle"]
                )
        house.clock.advance(1)
    return deliveries


def test_a_pause_also_holds_a_repeat(house: House) -> None:
    """A pause would not stop the repeat of a send whose answer was lost; or wear the message out meanwhile."""
    tenant = house.admit()
    intent = _unconfirmed(house, tenant)
    organization = services().views.load(tenant.id).organization
    services().directory.put_organization(replace(organization, paused=Pause("usr_1", "stop", NOON)))
    deliveries = _poll(house, 76)
    assert len(house.phone.sends()) == 1
    services().directory.put_organization(replace(organization, version=organization.version + 1))
    house.wait(60)
    house.wait(16)
    assert tenant.statuses(intent) == ["SENT"]
    assert deliveries <= 10
    assert len(events(tenant.show(intent))) <= 20


def test_a_dead_phone_also_holds_a_repeat(house: House) -> None:
    """A repeat would hammer a dead number every few seconds until its message is a dead letter."""
    tenant = house.admit()
    intent = _unconfirmed(house, tenant)
    house.phone.off()
    deliveries = _poll(house, 76)
    house.phone.on()
    house.wait(60)
    house.wait(16)
    shown = tenant.show(intent)
    assert (shown["status"], shown["attempts"]) == ("SENT", 2)
    assert deliveries <= 10
    assert len(shown["timeline"]) <= 20


def test_without_time_left_nothing_starts(house: House) -> None:
    """A send would be cut off by the end of its function, and nobody would know what came of it."""
    tenant = house.admit()
    intents = [tenant.submit() for _ in range(2)]
    batch = house.receive()
    for remaining in (500, 3_000, 5_900):
        assert sorted(house.execute(batch, remaining)) == sorted(record["messageId"] for record in batch)
    assert house.phone.sends() == []
    assert {tenant.show(intent)["attempts"] for intent in intents} == {0}
    assert house.execute(batch) == []
    assert tenant.statuses(*intents) == ["SENT"] * 2
