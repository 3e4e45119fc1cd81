"""A message is claimed right before it is sent: until then, nothing is in doubt, and everybody may still decide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.attempt import REPEAT_PAUSE, taken_back
from chalicelib.domain.control import Lease
from chalicelib.domain.outcome import Sent, Unknown
from chalicelib.domain.pause import Pause
from chalicelib.domain.policy import Policy
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import SECOND, Reason
from tests.fakes.intervening import BY, interventions
from tests.fakes.numbers import INSTANCE, ORGANIZATION
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.intent import Intent

PACED = Policy(per_minute=20, per_hour=300, per_day=1_000, min_interval=3_000, max_interval=3_000)


def at_the_call(world: World, number: int, act: Callable[[], object]) -> None:
    """Do something as a call begins; the first has number 1."""
    send, calls = world.provider.send, []

    def acting(*arguments: object) -> Sent:
        calls.append(arguments)
        if len(calls) == number:
            act()
        return send(*arguments)  # type: ignore[arg-type, return-value]

    world.provider.send = acting  # type: ignore[method-assign, assignment]


def events(world: World, intent: Intent) -> list[EventType]:
    """What happened to a message."""
    return [event.type for event in world.now(intent).timeline]


def die() -> None:
    """End at once, as by kill -9."""
    raise KeyboardInterrupt


def test_a_killed_worker_leaves_one_doubt_for_each_number() -> None:
    """A deployment would leave fifty messages in doubt of which one was with WhatsApp, each to be waited for."""
    world = World()
    first, second, third = [world.submit(draft(text)) for text in ("1", "2", "3")]
    orders = world.queue.take()
    at_the_call(world, 2, die)
    with pytest.raises(KeyboardInterrupt):
        world.work(orders)
    assert [world.now(one).status for one in (first, second, third)] == [Status.SENT, Status.SENDING, Status.APPROVED]
    world.clock.advance(70)
    world.work(orders)
    assert EventType.UNCONFIRMED not in events(world, third)
    assert [world.now(one).status for one in (second, third)] == [Status.SENDING, Status.SENT]


def test_a_cancel_wins_until_its_message_is_called() -> None:
    """Who sees a mistake while a message waits behind others would be told that it is too late."""
    world = World(PACED)
    first, second = world.submit(draft("1")), world.submit(draft("2"))
    at_the_call(world, 1, lambda: interventions(world).cancel(ORGANIZATION, second.id, BY))
    world.work()
    assert [world.now(one).status for one in (first, second)] == [Status.SENT, Status.DROPPED]
    assert len(world.provider.sent) == 1
    assert world.work([order for order, _ in world.queue.postponed]).failed == ()


def test_a_pause_while_a_message_waits_for_its_slot_claims_nothing() -> None:
    """The timeline would tell of an attempt that nobody made, and the message would cost two writes more."""
    world = World(PACED)
    first, second = world.submit(draft("1")), world.submit(draft("2"))
    organization = replace(world.organizations.organizations[ORGANIZATION], paused=Pause("operator usr_1", "why", 0))
    at_the_call(world, 1, lambda: world.organizations.put_organization(organization))
    world.work()
    assert [world.now(one).status for one in (first, second)] == [Status.SENT, Status.QUEUED]
    assert world.now(second).reason == Reason.OPS_PAUSED
    assert not {EventType.CLAIMED, EventType.ATTEMPT_FAILED} & set(events(world, second))


def test_a_late_message_of_a_busy_number_takes_no_slot() -> None:
    """A number that is slow already would lose a place in its hour each time that somebody comes too late."""
    world = World()
    intent = world.submit()
    world.clock.advance(150)
    now = world.clock.now()
    world.leases.take(LeaseKind.LANE, INSTANCE, "another worker", Lease(now, now + 5_000, 1))
    used = world.organizations.usages[INSTANCE].everything.hour.used(now)
    assert world.work().failed == ("m0",)
    assert world.now(intent) == intent
    assert world.organizations.usages[INSTANCE].everything.hour.used(now) == used


def test_a_repeat_waits_out_its_numbers_trouble() -> None:
    """Its queue message would go round every two seconds, until it counts as dead."""
    world = World()
    world.provider.answers = [Unknown("no answer")]
    intent = world.submit()
    orders = world.queue.take()
    world.work(orders)
    doubtful = world.now(intent)
    assert doubtful.status is Status.UNCONFIRMED
    assert doubtful.has_next_slot
    organization = replace(world.organizations.organizations[ORGANIZATION], paused=Pause("operator usr_1", "why", 0))
    world.organizations.put_organization(organization)
    world.clock.advance((doubtful.retry_at - world.clock.now()) / SECOND)
    assert world.work(orders).failed == (orders[0].message_id,)
    assert world.queue.postponed[-1] == (orders[0], REPEAT_PAUSE)
    assert world.now(intent) == doubtful


def test_what_goes_by_another_approval_is_not_taken_back() -> None:
    """A worker that comes late with an old order would undo what the Gate has decided since."""
    world = World()
    intent = world.submit()
    now = world.clock.now()
    anew = taken_back(intent, intent.approval, Reason.OPS_PAUSED, now)
    assert anew.status is Status.QUEUED
    assert taken_back(intent, intent.approval - 1, Reason.OPS_PAUSED, now) is intent
