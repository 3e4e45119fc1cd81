"""Receipts: in any order, any number of times, at any moment, they only ever add to what is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.attempt import claim
from tests.events.builder import sqs_record
from tests.integration.hooks import knock, made, report, told
from tests.integration.house import events

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

_QUEUE = "PROVIDER_EVENTS_QUEUE_URL"
_LEASE = 30_000


def _claimed(house: House, tenant: Tenant) -> Any:  # noqa: ANN401 - JSON values
    """An intent that a worker has claimed and is busy with."""
    intent = tenant.submit()
    house.receive()
    stored, now = tenant.stored(intent), house.clock.now()
    house.intents.save(claim(stored, "a worker", now + _LEASE, now), stored.version)
    return intent


def test_a_receipt_twice_is_a_receipt_once(house: House) -> None:
    """A webhook that is repeated would fill the timeline, or count a delivery twice."""
    tenant = house.admit()
    intent = tenant.submit()
    house.work()
    report(tenant, intent)
    shown = tenant.show(intent)
    report(tenant, intent)
    assert tenant.show(intent) == shown


def test_an_event_worked_on_twice_changes_nothing(house: House) -> None:
    """SQS delivers some pointers twice: a delivery would be counted twice."""
    tenant = house.admit()
    intent = tenant.submit()
    house.work()
    knock(tenant, made(tenant, intent))
    (pointer,) = house.receive(_QUEUE)
    assert house.ingest([pointer, sqs_record(pointer["body"])]) == []
    assert events(tenant.show(intent)).count("delivered") == 1


def test_read_before_delivered(house: House) -> None:
    """A message that was read would be shown as merely delivered because receipts overtook each other."""
    tenant = house.admit()
    intent = tenant.submit()
    house.work()
    report(tenant, intent, "Read")
    assert tenant.show(intent)["delivery"] == "READ"
    report(tenant, intent, "Delivered")
    shown = tenant.show(intent)
    assert (shown["status"], shown["delivery"]) == ("SENT", "READ")
    assert events(shown)[-2:] == ["read", "delivered"]


def test_the_phones_owner_reads(house: House) -> None:
    """A message that was read would be shown as unread although the provider tells."""
    tenant = house.admit()
    intent = tenant.submit()
    house.work()
    house.phone.driver.control(f"sessions/{tenant.instance.id}/read", {"id": tenant.show(intent)["provider_id"]})
    for hook in told(house, 2):
        assert knock(tenant, hook.raw, str(hook.signature)).status == 204
    house.work()
    assert tenant.show(intent)["delivery"] == "READ"


def test_a_receipt_while_sending_is_kept(house: House) -> None:
    """A receipt that is faster than the provider's own answer would be lost."""
    tenant = house.admit()
    intent = _claimed(house, tenant)
    report(tenant, intent)
    shown = tenant.show(intent)
    assert (shown["status"], shown["delivery"]) == ("SENDING", "DELIVERED")


def test_a_receipt_proves_what_a_vanished_worker_sent(house: House) -> None:
    """A message that certainly arrived would be sent once more because its worker died after sending (P7)."""
    tenant = house.admit()
    intent = _claimed(house, tenant)
    report(tenant, intent)
    for _ in range(4):
        house.wait(60)
    shown = tenant.show(intent)
    assert (shown["status"], shown["delivery"]) == ("SENT", "DELIVERED")
    assert house.phone.sends() == []


@pytest.mark.parametrize("state", ["Delivered", "Read"])
def test_a_receipt_proves_an_unconfirmed_send(house: House, state: Any) -> None:  # noqa: ANN401 - one of two literals
    """A message whose answer was lost would be sent again although its receiver has it."""
    tenant = house.admit()
    intent = tenant.submit()
    house.phone.driver.faults(answer="drop_after_accept", count=1)
    house.work()
    assert tenant.statuses(intent) == ["UNCONFIRMED"]
    report(tenant, intent, state)
    shown = tenant.show(intent)
    assert (shown["status"], shown["delivery"], shown["reason"]) == ("SENT", state.upper(), None)
    for _ in range(3):
        house.wait(60)
    assert len(house.phone.sends()) == 1


def test_a_receipt_proves_what_was_given_up(house: House) -> None:
    """An operator would send again by hand what the receiver has already read."""
    tenant = house.admit()
    intent = tenant.submit()
    house.phone.driver.faults(answer="error", text="error sending message: can't send message to unknown server")
    house.work()
    assert tenant.statuses(intent) == ["FAILED"]
    report(tenant, intent)
    assert tenant.statuses(intent) == ["SENT"]


def test_a_poisonous_event_goes_back_alone(house: House) -> None:
    """One event that cannot be worked on would take its neighbours' receipts along, or end in a log only."""
    tenant, other = house.admit(), house.admit()
    intents = [tenant.submit() for _ in range(2)]
    theirs = other.submit()
    house.work()
    poison = (b"{}", b"\xff", b"[]", made(tenant, theirs), made(tenant, {"id": "int_01JAAAAAAAAAAAAAAAAAAAAAAA"}))
    for raw in (made(tenant, intents[0]), *poison, made(tenant, intents[1])):
        assert knock(tenant, raw).status == 204
    batch = house.receive(_QUEUE)
    broken = [sqs_record(body) for body in ("", "{}", "[]", json.dumps({"v": 1, "event_id": "evt_unknown"}))]
    failed = house.ingest([*broken[:2], *batch, *broken[2:]])
    assert [tenant.show(intent)["delivery"] for intent in intents] == ["DELIVERED"] * 2
    assert sorted(failed) == sorted(record["messageId"] for record in (*broken, *batch[1:-1]))
    assert other.show(theirs)["delivery"] == "ACCEPTED"


def test_events_about_other_things_are_done(house: House) -> None:
    """Receipts of messages that were written by hand on the phone would clog the dead letters."""
    tenant = house.admit()
    foreign = made(tenant, tenant.submit()).replace(b"3EB0", b"ABCD")
    sender = b'{"type":"ReadReceipt","state":"Sender","event":{}}'
    for raw in (foreign, sender):
        assert knock(tenant, raw).status == 204
    assert house.ingest(house.receive(_QUEUE)) == []
