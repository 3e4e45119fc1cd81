"""The engine: carries approvals out, hands back what it must not send, never sends twice."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.alarm import Alarm
from chalicelib.domain.attempt import receipt
from chalicelib.domain.connection import Connection, Observation
from chalicelib.domain.control import Lease
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.instance import Lifecycle
from chalicelib.domain.outcome import FailureClass, NotSent, Sent, Unknown
from chalicelib.domain.pause import Pause
from chalicelib.domain.policy import Policy
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import HOUR, Reason
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.view import View

PAUSE = Pause("operator usr_1", "review", 0)
TO_THE_GATE = {"reason": Reason.LATE_SLOT, "until": 0, "parked_on": None}
DOWN = NotSent(FailureClass.INSTANCE_DOWN, "gone")


def pause_organization(world: World) -> None:
    """An operator pauses everything."""
    organization = world.organizations.organizations[ORGANIZATION]
    world.organizations.put_organization(replace(organization, paused=PAUSE))


def test_an_approval_is_sent_once_and_settled() -> None:
    """The plain case: one call, one message, SENT with the provider's id."""
    world = World()
    intent = world.submit()
    assert world.work().failed == ()
    sent = world.now(intent)
    assert (sent.status, sent.attempts) == (Status.SENT, 1)
    assert sent.provider_id == f"wire-{intent.id}-0"
    assert len(world.provider.sent) == 1


def test_a_redelivered_message_makes_no_call() -> None:
    """SQS delivers at least once: the second delivery must be silent."""
    world = World()
    world.submit()
    orders = world.queue.take()
    world.work(orders)
    assert world.work(orders).failed == ()
    assert len(world.provider.sent) == 1


def test_a_pause_between_decision_and_send_stops_the_send() -> None:
    """Pause means now: an approval already on the queue must not leave, and must not be lost."""
    world = World()
    intent = world.submit()
    pause_organization(world)
    world.work()
    world.sweep()
    waiting = world.now(intent)
    assert not world.provider.sent
    assert (waiting.status, waiting.reason, waiting.attempts) == (Status.QUEUED, Reason.OPS_PAUSED, 0)
    assert waiting.alarm == Alarm(parked_on=ORGANIZATION)


def test_a_banned_number_sends_nothing() -> None:
    """A number banned after the decision must not be used once more, and what it should have sent must say why."""
    world = World()
    intent = world.submit()
    banned = replace(world.organizations.known[INSTANCE], lifecycle=Lifecycle.BANNED)
    world.organizations.put_instance(banned)
    world.work()
    world.sweep()
    assert not world.provider.sent
    assert (world.now(intent).status, world.now(intent).reason) == (Status.BLOCKED, Reason.INSTANCE_BANNED)


def test_control_is_read_again_when_sends_take_long() -> None:
    """A pause written while slow sends are running must stop the next one within a second."""
    world = World()
    intents = [world.submit(draft(str(number))) for number in range(3)]
    send = world.provider.send

    def slow(*arguments: object) -> Sent:
        pause_organization(world)
        world.clock.advance(2)
        return send(*arguments)  # type: ignore[arg-type, return-value]

    world.provider.send = slow  # type: ignore[method-assign, assignment]
    world.work()
    assert len(world.provider.sent) == 1
    assert [world.now(intent).status for intent in intents] == [Status.SENT, Status.QUEUED, Status.QUEUED]


@pytest.mark.parametrize(("takes", "sends"), [(0.9, 1), (2, 0)])
def test_a_pause_stops_what_was_read_too_slowly(takes: float, sends: int) -> None:
    """While the table answers slowly, messages would leave seconds after somebody stopped everything."""
    world = World()
    intent = world.submit()
    load = world.organizations.load

    def slow(organization_id: str) -> View:
        seen = load(organization_id)
        world.clock.advance(takes)
        return seen

    world.organizations.load = slow  # type: ignore[method-assign]
    result = world.work()
    assert len(world.provider.sent) == sends
    if not sends:
        assert (world.now(intent).status, world.now(intent).attempts) == (Status.APPROVED, 0)
        assert result.failed
        world.organizations.load = load  # type: ignore[method-assign]
        world.work([order for order, _ in world.queue.postponed])
        assert world.now(intent).status is Status.SENT


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


def test_a_busy_lane_sends_nothing_and_comes_back() -> None:
    """WhatsApp clients send one message at a time per number: a second worker must wait its turn."""
    world = World()
    world.submit()
    now = world.clock.now()
    world.leases.take(LeaseKind.LANE, INSTANCE, "another worker", Lease(now, now + 5_000, 1))
    assert world.work().failed == ("m0",)
    assert not world.provider.sent


def test_a_vanished_workers_lane_is_free_after_its_lease() -> None:
    """A killed worker must not block its number for ever."""
    world = World()
    world.submit()
    world.leases.take(LeaseKind.LANE, INSTANCE, "killed worker", Lease(world.clock.now(), world.clock.now() + 5_000, 1))
    world.clock.advance(6)
    assert world.work().failed == ()
    assert len(world.provider.sent) == 1


def test_without_time_for_one_send_nothing_is_touched() -> None:
    """A function that was started too late must not claim what it cannot send."""
    world = World()
    intent = world.submit()
    assert world.work(remaining=4).failed == ("m0",)
    assert not world.provider.sent
    assert world.now(intent) == intent


def test_what_does_not_fit_into_the_time_is_handed_back_uncounted() -> None:
    """No send may start that could outlive the function: it goes back to the queue, its attempt not counted."""
    world = World()
    intents = [world.submit(draft(str(number))) for number in range(2)]
    send = world.provider.send

    def slow(*arguments: object) -> Sent:
        world.clock.advance(4)
        return send(*arguments)  # type: ignore[arg-type, return-value]

    world.provider.send = slow  # type: ignore[method-assign, assignment]
    assert world.work(remaining=8).failed == ("m1",)
    assert [world.now(intent).status for intent in intents] == [Status.SENT, Status.APPROVED]
    assert world.now(intents[1]).attempts == 0


def test_a_late_message_gets_another_slot_on_the_spot() -> None:
    """Forty stale approvals after an outage must be paced anew, and not go round behind each other for ever."""
    world = World(replace(FAST, per_day=20_000, min_interval=2_000, max_interval=2_000))
    intents = [world.submit(draft(str(number))) for number in range(3)]
    orders = world.queue.take()
    world.clock.advance(200)
    began = world.clock.now()
    assert world.work(orders).failed == ()
    slots = [world.now(one).not_before - began for one in intents]
    assert slots == [0, 2_000, 4_000]
    assert all(world.now(one).status is Status.SENT and world.now(one).approval == 1 for one in intents)
    assert world.organizations.usages[INSTANCE].everything.hour.used(world.clock.now()) == 3


def test_a_late_message_of_a_number_in_trouble_asks_the_gate() -> None:
    """It would wait for that number alone, whatever the Gate has to say."""
    world = World()
    intent = world.submit()
    world.change_instance(Connection.DISCONNECTED)
    orders = world.queue.take()
    world.clock.advance(121)
    assert world.work(orders).failed == ()
    assert world.now(intent).reason == Reason.LATE_SLOT
    assert world.organizations.usages[INSTANCE].everything.hour.used(world.clock.now()) == 0
    world.sweep()
    assert world.now(intent).reason == Reason.INSTANCE_DISCONNECTED


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


def test_a_number_known_to_be_gone_is_not_asked() -> None:
    """Approvals on the queue must not knock on a dead number one after the other."""
    world = World()
    intent = world.submit()
    world.change_instance(Connection.DISCONNECTED)
    world.work()
    assert not world.provider.sent
    assert world.now(intent).reason == Reason.INSTANCE_DISCONNECTED


def test_the_pause_is_kept_on_the_wire() -> None:
    """Messages that come out of the queue together must still leave one after the other, at the policy's pace."""
    world = World(Policy(60, 600, 6_000, 2_000, 2_000))
    for number in range(4):
        world.submit(draft(str(number)))
    world.clock.advance(10)
    starts: list[float] = []
    send = world.provider.send

    def timed(*arguments: object) -> Sent:
        starts.append(world.clock.monotonic())
        return send(*arguments)  # type: ignore[arg-type, return-value]

    world.provider.send = timed  # type: ignore[method-assign, assignment]
    world.work()
    assert len(starts) == 4
    assert all(later - earlier >= 2 for earlier, later in pairwise(starts))


def test_a_busy_lane_does_not_use_up_the_message() -> None:
    """A send may take over a minute: the messages that wait for it must not end in the dead letters meanwhile."""
    world = World()
    world.submit()
    start = world.clock.now()
    world.leases.take(LeaseKind.LANE, INSTANCE, "a slow worker", Lease(start, start + 120_000, 1))
    [order] = world.queue.take()
    while world.clock.now() < start + 120_000:
        world.work([order])
        world.clock.advance(world.queue.postponed[-1][1] / 1000)
        order = replace(order, receives=order.receives + 1)
    assert order.receives < 10


def test_an_order_of_an_unknown_intent_is_done() -> None:
    """A message about nothing must not circle for ever."""
    world = World()
    world.submit()
    orders = [replace(order, intent_id="int_nobody") for order in world.queue.take()]
    assert world.work(orders).failed == ()


def test_endless_conflicts_are_raised_not_hidden() -> None:
    """When a settlement cannot be written the batch fails loudly and the alarm stays: never a silent success."""
    world = World()
    world.submit()
    save = world.intents.save

    def contended(intent: Intent, based_on: int) -> None:
        if intent.status is Status.SENT:
            raise VersionConflict(intent.id)
        save(intent, based_on)

    world.intents.save = contended  # type: ignore[method-assign]
    with pytest.raises(VersionConflict):
        world.work()
