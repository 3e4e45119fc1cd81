"""The engine and a number or provider in trouble: nothing is lost, nothing sent twice, slots are given back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.attempt import receipt
from chalicelib.domain.connection import Connection, Observation
from chalicelib.domain.outcome import FailureClass, NotSent, Sent, Unknown
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import HOUR, Reason
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent

TO_THE_GATE = {"reason": Reason.LATE_SLOT, "until": 0, "parked_on": None}
DOWN = NotSent(FailureClass.INSTANCE_DOWN, "gone")


def test_a_dead_number_hands_back_everything_and_gives_the_slots_back() -> None:
    """One refused connection must not burn a whole batch: all wait, parked, and no limit is used up."""
    world = World()
    intents = [world.submit(draft(str(number))) for number in range(5)]
    world.provider.answers = [DOWN]
    assert world.work().failed == ()
    assert len(world.provider.sent) == 1
    for intent in intents:
        waiting = world.now(intent)
        assert (waiting.status, waiting.reason, waiting.attempts) == (Status.QUEUED, Reason.INSTANCE_DISCONNECTED, 0)
    assert world.organizations.known[INSTANCE].connection is Connection.DISCONNECTED
    assert world.organizations.usages[INSTANCE].everything.day.used(world.clock.now()) == 0


def test_a_slow_worker_takes_back_no_slot_but_its_own() -> None:
    """Decided anew before its first slot was given back, a message would be forgotten: its copy would leave, too."""
    world = World(replace(FAST, duplicate_window=HOUR))
    first = world.submit()
    save = world.intents.save

    def overtaken(intent: Intent, based_on: int) -> None:
        save(intent, based_on)
        if intent.status is Status.QUEUED:
            world.clock.advance(1)
            world.gatekeeper.decide_again([intent])

    world.intents.save = overtaken  # type: ignore[method-assign]
    world.settlement.write(first, lambda one, now: one.record(EventType.QUEUED, now, "engine", **TO_THE_GATE))
    anew = world.now(first)
    assert (anew.status, anew.approval) == (Status.APPROVED, 2)
    [person] = world.book.recipients(ORGANIZATION, {first.id: first.request.target}).values()
    assert person.last_slot(but="") == anew.not_before > first.not_before
    assert world.submit().reason == Reason.DUPLICATE_CONTENT


def test_what_waited_for_a_number_leaves_in_order_when_it_returns() -> None:
    """After an outage the oldest message goes first, and none is lost."""
    world = World()
    world.provider.answers, world.provider.seen = [DOWN], Observation(Connection.DISCONNECTED)
    intents = []
    for number in range(12):
        intents.append(world.submit(draft(str(number))))
        world.clock.advance(0.01)
    world.work()
    world.sweep()
    assert not world.queue.take()
    world.provider.sent.clear()
    world.provider.seen = Observation(Connection.CONNECTED)
    world.clock.advance(60)
    world.sweep()
    world.work()
    assert [message.intent_id for message in world.provider.sent] == [intent.id for intent in intents]


def test_with_another_number_free_the_gate_is_asked_at_once() -> None:
    """One dead number of two must not make unpinned messages wait for it."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    intent = world.submit()
    world.provider.answers = [DOWN]
    world.work()
    world.sweep()
    assert world.now(intent).instance_id == SECOND_INSTANCE
    world.work()
    assert world.now(intent).status is Status.SENT


def test_an_unknown_outcome_is_repeated_under_the_same_id() -> None:
    """A lost answer is resolved by the same message id, not by a second message."""
    world = World()
    intent = world.submit()
    world.provider.answers = [Unknown("timeout")]
    orders = world.queue.take()
    assert world.work(orders).failed == ("m0",)
    assert world.now(intent).status is Status.UNCONFIRMED
    world.clock.advance(16)
    assert world.work(orders).failed == ()
    assert world.now(intent).status is Status.SENT
    assert {(message.intent_id, message.generation) for message in world.provider.sent} == {(intent.id, 0)}


def test_two_unknowns_in_a_row_stop_the_lane() -> None:
    """A bridge that swallows answers must not be fed the rest of the batch."""
    world = World()
    for number in range(5):
        world.submit(draft(str(number)))
    world.provider.answers = [Unknown("timeout")] * 5
    world.work()
    assert len(world.provider.sent) == 2


def test_transient_failures_come_back_after_a_pause() -> None:
    """A hiccup is retried by itself, later, on the same approval."""
    world = World()
    intent = world.submit()
    world.provider.answers = [NotSent(FailureClass.TRANSIENT, "busy")]
    orders = world.queue.take()
    assert world.work(orders).failed == ("m0",)
    assert world.queue.postponed[0][1] >= 5_000
    world.clock.advance(world.queue.postponed[0][1] / 1000)
    world.work(orders)
    assert (world.now(intent).status, world.now(intent).attempts) == (Status.SENT, 2)


def test_a_killed_worker_leaves_a_doubt_that_is_resolved() -> None:
    """Kill -9 between the claim and the answer: visible as unconfirmed, then repeated under the same id."""
    world = World()
    intent = world.submit()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    send = world.provider.send
    world.provider.send = die  # type: ignore[method-assign, assignment]
    with pytest.raises(KeyboardInterrupt):
        world.work()
    world.provider.send = send  # type: ignore[method-assign]
    assert world.now(intent).status is Status.SENDING
    world.clock.advance(70)
    world.sweep()
    assert world.now(intent).status is Status.UNCONFIRMED
    world.clock.advance(16)
    world.work()
    assert world.now(intent).status is Status.SENT


def test_a_settlement_meets_a_receipt_that_came_first() -> None:
    """The receipt may be written while we wait for the answer: both must stand on the timeline."""
    world = World()
    intent = world.submit()
    send = world.provider.send

    def receipt_first(*arguments: object) -> Sent:
        stored, now = world.now(intent), world.clock.now()
        world.intents.save(receipt(stored, Delivery.DELIVERED, "wire", now, now), stored.version)
        return send(*arguments)  # type: ignore[arg-type, return-value]

    world.provider.send = receipt_first  # type: ignore[method-assign, assignment]
    world.work()
    settled = world.now(intent)
    assert (settled.status, settled.delivery) == (Status.SENT, Delivery.DELIVERED)
    assert [event.type for event in settled.timeline][-2:] == ["delivered", "sent"]


def test_one_hung_call_stops_the_lane() -> None:
    """A hung bridge holds each call for a minute and more: one is enough to stop asking it."""
    world = World()
    intents = [world.submit(draft(str(number))) for number in range(3)]

    def hang(*_: object) -> Unknown:
        world.clock.advance(4)
        return Unknown("timeout")

    world.provider.send = hang  # type: ignore[method-assign, assignment]
    world.work()
    assert [world.now(intent).status for intent in intents] == [Status.UNCONFIRMED, Status.QUEUED, Status.QUEUED]
    assert world.organizations.known[INSTANCE].connection is Connection.DISCONNECTED
