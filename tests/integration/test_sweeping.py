"""The minute's tick: whatever was lost is found, and finding it twice changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.attempt import claim
from chalicelib.domain.pause import Pause
from chalicelib.domain.status import Status
from tests.fakes.clock import NOON
from tests.integration.house import events

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

_LEASE = 90_000


def _abandoned(house: House, tenant: Tenant) -> Any:  # noqa: ANN401 - JSON values
    """An intent whose worker vanished right after its claim; its message is gone too."""
    intent = tenant.submit()
    _lose(house)
    stored, now = tenant.stored(intent), house.clock.now()
    house.intents.save(claim(stored, "a worker", now + _LEASE, now), stored.version)
    return intent


def _lose(house: House) -> None:
    """The queue loses what is visible now."""
    for record in house.receive():
        house.sqs.delete_message(QueueUrl=house.urls["EXECUTION_QUEUE_URL"], ReceiptHandle=record["receiptHandle"])


def _pause(tenant: Tenant) -> None:
    organization = services().views.load(tenant.id).organization
    services().directory.put_organization(replace(organization, paused=Pause("usr_1", "stop", NOON)))


def _queued(house: House) -> int:
    """How many messages are on the execution queue, visible or not."""
    url = house.urls["EXECUTION_QUEUE_URL"]
    found = house.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    counts = [count for name, count in found.items() if name.startswith("ApproximateNumberOfMessages")]
    assert len(counts) == 3
    return sum(int(count) for count in counts)


def test_a_vanished_workers_message_is_repeated(house: House) -> None:
    """A message would stay "sending" for ever when a worker dies (P9)."""
    tenant = house.admit()
    intent = _abandoned(house, tenant)
    house.wait(61)
    assert (tenant.statuses(intent), _queued(house)) == (["SENDING"], 0)
    house.wait(31)
    assert tenant.statuses(intent) == ["UNCONFIRMED"]
    house.clock.advance(16)
    house.work()
    shown = tenant.show(intent)
    assert (shown["status"], shown["attempts"]) == ("SENT", 2)
    assert events(shown)[2:] == ["claimed", "unconfirmed", "claimed", "sent"]
    assert len(house.phone.sends()) == 1


def test_a_live_lease_is_left_alone(house: House) -> None:
    """A slow send would be repeated while it is still under way."""
    tenant = house.admit()
    intent = _abandoned(house, tenant)
    before = tenant.show(intent)
    house.wait(89)
    assert tenant.show(intent) == before


def test_what_was_never_confirmed_ends(house: House) -> None:
    """A message nobody can tell about would stay open for ever (P15)."""
    tenant = house.admit()
    intent = tenant.submit(expires_at="2027-01-15T09:00:00Z")
    house.phone.driver.faults(answer="drop_after_accept")
    for _ in range(30):
        house.wait(150)
    shown = tenant.show(intent)
    assert (shown["status"], shown["reason"]) == ("FAILED", "UNCONFIRMED")
    assert len(house.phone.texts()) == 1
    assert shown["attempts"] <= 6


def test_a_parked_message_expires(house: House) -> None:
    """A message that waits for a pause to end would arrive weeks late, or wait for ever."""
    tenant = house.admit()
    _pause(tenant)
    short, long = tenant.submit(expires_at="2027-01-15T09:00:00Z"), tenant.submit()
    house.wait(3_599)
    assert tenant.statuses(short, long) == ["QUEUED", "QUEUED"]
    house.wait(1)
    shown = tenant.show(short)
    assert (shown["status"], shown["reason"], shown["decision"]["kind"]) == ("DROPPED", "EXPIRED", "DROP")
    assert tenant.statuses(long) == ["QUEUED"]
    assert house.phone.sends() == []


def test_a_scheduled_message_expires(house: House) -> None:
    """After a long standstill greetings would arrive that nobody wants any more."""
    tenant = house.admit()
    intent = tenant.submit(send_at="2027-01-15T09:00:00Z", expires_at="2027-01-15T10:00:00Z")
    house.wait(7_200)
    assert (tenant.statuses(intent), house.phone.sends()) == (["DROPPED"], [])


def test_sweeping_twice_changes_nothing_twice(house: House) -> None:
    """Two ticks at the same time would send twice, or publish everything again and again."""
    tenant, paused = house.admit(), house.admit()
    _abandoned(house, tenant)
    lost = tenant.submit()
    _lose(house)
    tenant.submit(send_at="2027-01-15T08:01:00Z")
    _pause(paused)
    paused.submit()
    paused.submit(expires_at="2027-01-15T08:01:00Z")
    house.clock.advance(92)
    house.sweep()
    once, messages = house.items(), _queued(house)
    assert messages == 3
    house.sweep()
    assert (house.items(), _queued(house)) == (once, messages)
    assert lost["id"] in "".join(record["body"] for record in house.receive())


def test_republishing_slows_down(house: House) -> None:
    """During a long outage of the workers every tick would put every message on the queue once more."""
    tenant = house.admit()
    intent = tenant.submit()
    house.phone.driver.faults(answer="error", count=1)
    house.work()
    assert tenant.statuses(intent) == ["APPROVED"]
    for _ in range(30):
        house.clock.advance(60)
        house.sweep()
    assert _queued(house) <= 7


def test_an_empty_house_is_swept_quickly(house: House) -> None:
    """The first tick after a deployment would fail."""
    house.sweep()
    house.admit()
    before = house.items()
    house.sweep()
    assert house.items() == before


def test_a_tick_without_time_does_nothing(house: House) -> None:
    """A tick that is short of time would be cut off in the middle of a decision."""
    import app  # noqa: PLC0415 - one test calls it with a context of its own
    from tests.events.builder import Context, schedule_event  # noqa: PLC0415

    tenant = house.admit()
    tenant.submit(send_at="2027-01-15T08:01:00Z")
    house.clock.advance(61)
    before = house.items()
    app.sweep(schedule_event(), Context(10_000))
    assert house.items() == before


def test_an_unreadable_record_stops_neither_the_tick_nor_goes_unsaid(house: House) -> None:
    """One broken record would keep every paused message waiting, and nobody would see the tick fail."""
    tenant = house.admit()
    organization = services().views.load(tenant.id).organization
    _pause(tenant)
    waiting = tenant.submit()
    services().directory.put_organization(replace(organization, version=organization.version + 1))
    house.dynamodb.put_item(
        TableName=house.table,
        Item={
            "pk": {"S": "INTENT#int_broken"},
            "sk": {"S": "INTENT"},
            "ev": {"S": "not a timeline"},
            "wake_pk": {"S": "WAKE#0"},
            "wake_sk": {"S": f"{NOON - 1:013d}#int_broken"},
        },
    )
    with pytest.raises(RuntimeError, match="did not finish"):
        house.sweep()
    assert tenant.stored(waiting).status is Status.APPROVED
