"""The engine: carries approvals out, hands back what it must not send, never sends twice."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.execution.batch import WORN
from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.connection import Connection
from chalicelib.domain.control import Lease
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.policy import Policy
from chalicelib.domain.status import Status
from chalicelib.domain.values import SECOND, Reason
from tests.fakes.numbers import FAST, INSTANCE
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.outcome import Sent
    from chalicelib.domain.view import View


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


def test_what_does_not_fit_into_the_time_is_not_begun() -> None:
    """A send that outlives its function would be in doubt: its message goes back to the queue instead."""
    world = World()
    intents = [world.submit(draft(str(number))) for number in range(2)]
    send = world.provider.send

    def slow(*arguments: object) -> Sent:
        world.clock.advance(4)
        return send(*arguments)  # type: ignore[arg-type, return-value]

    world.provider.send = slow  # type: ignore[method-assign, assignment]
    assert world.work(remaining=8).failed == ("m1",)
    assert world.now(intents[0]).status is Status.SENT
    assert world.now(intents[1]) == intents[1]


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


def test_slots_are_found_only_as_long_as_there_is_time() -> None:
    """A hundred late messages while the table is slow: the function would be killed on the way, each time again."""
    world = World()
    intents = [world.submit(draft(str(number))) for number in range(10)]
    orders, load = world.queue.take(), world.organizations.load

    def slow(organization_id: str) -> View:
        world.clock.advance(1)
        return load(organization_id)

    world.organizations.load = slow  # type: ignore[method-assign]
    world.clock.advance(200)
    began = world.clock.now()
    failed = world.work(orders, remaining=8).failed
    assert world.clock.now() - began <= 8 * SECOND
    assert set(failed) == {order.message_id for order in orders}
    assert [world.now(one).version - one.version for one in intents] == [1] * 4 + [0] * 6


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


@pytest.mark.parametrize("broken", [False, True], ids=["published anew", "and the queue takes nothing"])
def test_a_message_that_came_too_often_is_published_anew(broken: bool) -> None:  # noqa: FBT001 - parametrized
    """Behind a slow bridge, messages that nothing is wrong with would end as dead letters and raise the alarm."""
    world = World()
    intent = world.submit()
    [order] = [replace(one, receives=WORN) for one in world.queue.take()]
    now = world.clock.now()
    world.leases.take(LeaseKind.LANE, INSTANCE, "another worker", Lease(now, now + 5_000, 1))
    world.queue.broken = broken
    assert world.work([order]).failed == ((order.message_id,) if broken else ())
    assert [(one.intent_id, one.approval, one.receives) for one in world.queue.take()] == (
        [] if broken else [(intent.id, intent.approval, 1)]
    )
