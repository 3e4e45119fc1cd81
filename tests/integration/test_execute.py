"""The execute function: one message after the other, whatever is on the queue."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.pause import Pause
from tests.events.builder import sqs_record
from tests.fakes.clock import NOON
from tests.integration.house import events

if TYPE_CHECKING:
    from tests.integration.house import House


def order(intent_id: str, approval: int = 1) -> str:
    """The body of a queue message."""
    return json.dumps({"v": 1, "intent_id": intent_id, "approval": approval})


def test_a_message_of_an_unknown_intent_is_done(house: House) -> None:
    """A message whose intent is gone would come back until it clogs the dead letters."""
    tenant = house.admit()
    intent = tenant.submit()
    unknown = sqs_record(order("int_01JAAAAAAAAAAAAAAAAAAAAAAA"))
    assert house.execute([unknown, *house.receive()]) == []
    assert tenant.statuses(intent) == ["SENT"]


def test_a_message_delivered_twice_is_sent_once(house: House) -> None:
    """SQS delivers some messages twice: a customer would get them twice."""
    tenant = house.admit()
    intent = tenant.submit()
    (record,) = house.receive()
    assert house.execute([record, sqs_record(record["body"])]) == []
    assert tenant.statuses(intent) == ["SENT"]
    assert len(house.phone.sends()) == 1


def test_a_message_of_a_sent_intent_does_nothing(house: House) -> None:
    """A redriven dead letter would be sent again."""
    tenant = house.admit()
    intent = tenant.submit()
    house.work()
    before = house.items()
    assert house.execute([sqs_record(order(intent["id"]))]) == []
    assert (house.items(), len(house.phone.sends())) == (before, 1)


@pytest.mark.parametrize("approval", [0, 2, -1])
def test_only_the_current_approval_counts(house: House, approval: int) -> None:
    """A message would leave on a slot that was given back, beside another one: too fast for the number."""
    tenant = house.admit()
    intent = tenant.submit()
    before = house.items()
    assert house.execute([sqs_record(order(intent["id"], approval))]) == []
    assert (house.items(), house.phone.sends()) == (before, [])


@pytest.mark.parametrize("turned", [False, True])
def test_an_older_approval_beside_the_current_one(house: House, *, turned: bool) -> None:
    """The current approval would be thrown away because an old message came in the same batch."""
    tenant = house.admit()
    intent = tenant.submit()
    batch = [sqs_record(order(intent["id"], 1)), sqs_record(order(intent["id"], 0))]
    assert house.execute(batch[::-1] if turned else batch) == []
    assert tenant.statuses(intent) == ["SENT"]


def test_a_pause_after_the_approval_holds(house: House) -> None:
    """A pause would not stop what was already on the queue (P6)."""
    tenant = house.admit()
    intents = [tenant.submit() for _ in range(3)]
    organization = services().views.load(tenant.id).organization
    services().directory.put_organization(replace(organization, paused=Pause("usr_1", "stop", NOON)))
    assert house.execute(house.receive()) == []
    shown = tenant.show(intents[0])
    assert (shown["status"], shown["reason"], shown["attempts"]) == ("QUEUED", "OPS_PAUSED", 0)
    assert tenant.statuses(*intents) == ["QUEUED"] * 3
    assert house.phone.sends() == []
    usage = services().views.usage(tenant.id, tenant.instance.id)
    assert usage.everything.minute.used(house.clock.now()) == 0
    services().directory.put_organization(replace(organization, version=organization.version + 1))
    house.wait(60)
    assert tenant.statuses(*intents) == ["SENT"] * 3


def test_a_paused_number_holds(house: House) -> None:
    """Pausing one number would not stop what was already on the queue."""
    tenant = house.admit()
    intent = tenant.submit()
    services().directory.put_instance(replace(tenant.instance, paused=Pause("usr_1", "stop", NOON)))
    assert house.execute(house.receive()) == []
    assert (tenant.show(intent)["reason"], house.phone.sends()) == ("OPS_PAUSED", [])
    services().directory.put_instance(replace(tenant.instance, paused=None))
    house.wait(60)
    assert tenant.statuses(intent) == ["SENT"]


def test_a_busy_number_makes_the_message_wait(house: House) -> None:
    """Two workers would send through one number at the same time, as no phone does."""
    tenant = house.admit()
    intent = tenant.submit()
    lane = {"pk": {"S": f"INST#{tenant.instance.id}"}, "sk": {"S": "LANE"}}
    now = house.clock.now()
    times = {"since": {"N": str(now)}, "ends": {"N": str(now + 60_000)}, "holds": {"N": "1"}}
    busy = {**lane, "holder": {"S": "another worker"}, **times}
    house.dynamodb.put_item(TableName=house.table, Item=busy)
    assert len(house.work()) == 1
    assert (tenant.statuses(intent), house.phone.sends()) == (["APPROVED"], [])
    house.clock.advance(61)
    assert house.work() == []
    assert tenant.statuses(intent) == ["SENT"]


def test_a_late_message_gets_another_slot(house: House) -> None:
    """After a standstill everything would leave in one burst, or go round behind all others for ever."""
    tenant = house.admit()
    intent = tenant.submit()
    batch = house.receive()
    house.clock.advance(121)
    assert house.execute(batch) == []
    shown = tenant.show(intent)
    assert (shown["status"], len(house.phone.sends())) == ("SENT", 1)
    assert (events(shown)[2], shown["timeline"][2]["data"]["reason"]) == ("rescheduled", "LATE_SLOT")


def test_an_expired_message_is_dropped(house: House) -> None:
    """A code that is worthless after a minute would arrive all the same."""
    tenant = house.admit()
    intent = tenant.submit(expires_at="2027-01-15T08:01:00Z")
    batch = house.receive()
    house.clock.advance(60)
    assert house.execute(batch) == []
    house.sweep()
    assert (tenant.show(intent)["status"], tenant.show(intent)["reason"]) == ("DROPPED", "EXPIRED")
    assert house.phone.sends() == []


def test_two_organizations_in_one_batch(house: House) -> None:
    """One customer's trouble would stop another customer's messages."""
    ours, theirs = house.admit(), house.admit()
    mine, other = ours.submit(), theirs.submit()
    organization = services().views.load(theirs.id).organization
    services().directory.put_organization(replace(organization, paused=Pause("usr_1", "stop", NOON)))
    assert house.execute(house.receive()) == []
    assert ours.statuses(mine) + theirs.statuses(other) == ["SENT", "QUEUED"]
