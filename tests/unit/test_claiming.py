"""A message is claimed right before it is sent: until then, nothing is in doubt, and everybody may still decide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.execution.batch import Budget
from chalicelib.application.ports.leases import LeaseKind
from chalicelib.application.ports.provider import Inbound
from chalicelib.domain.attempt import REPEAT_PAUSE, claim, settle
from chalicelib.domain.contact import Alias, AliasKind
from chalicelib.domain.control import Lease
from chalicelib.domain.decision import Approve
from chalicelib.domain.outcome import FailureClass, NotSent, Sent, Unknown
from chalicelib.domain.pause import Pause
from chalicelib.domain.policy import Policy
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import MINUTE, SECOND, Reason, Target, TargetKind
from tests.fakes.accidents import Died
from tests.fakes.clock import WorkersClock
from tests.fakes.intervening import BY, before_the_next_write, interventions
from tests.fakes.numbers import INSTANCE, ORGANIZATION
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.view import View

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


def test_a_killed_worker_leaves_one_doubt_for_each_number() -> None:
    """A deployment would leave fifty messages in doubt of which one was with WhatsApp, each to be waited for."""
    world = World()
    first, second, third = [world.submit(draft(text)) for text in ("1", "2", "3")]
    orders, release = world.queue.take(), world.leases.release

    def die(*_: object) -> None:
        world.leases.release = die  # type: ignore[method-assign, assignment]
        raise Died

    at_the_call(world, 2, die)
    with pytest.raises(Died):
        world.work(orders)
    world.leases.release = release  # type: ignore[method-assign]
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
    [again] = [order for order, _ in world.queue.postponed]
    assert world.work([again]).failed == ()


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


def test_a_worker_that_wakes_up_too_late_claims_nothing() -> None:
    """Its claim would keep the message from whoever holds the number now, and look like a send that nobody made."""
    world = World(PACED)
    first, second = world.submit(draft("1")), world.submit(draft("2"))
    clock = WorkersClock(world.clock)
    runner = replace(world.execution.runner, clock=clock)
    worker = replace(world.execution, runner=runner, clock=clock)

    def freeze() -> None:
        with clock.frozen():
            world.clock.advance(66)

    at_the_call(world, 1, freeze)
    orders = world.queue.take()
    assert worker.run(orders, Budget(60, lease_margin=5_000)).failed == (orders[1].message_id,)
    assert [world.now(one).status for one in (first, second)] == [Status.SENT, Status.APPROVED]
    assert world.now(second) == second


def test_a_slot_that_passes_on_the_way_to_the_call_is_not_used() -> None:
    """A campaign's last message would arrive after the hour in which nobody is to be disturbed has begun."""
    world = World(PACED)
    world.submit(draft("1"))
    second = world.submit(draft("2"))
    load, late = world.organizations.load, (second.not_after - world.clock.now()) / SECOND

    def slowly(*arguments: object) -> View:
        if world.provider.sent and world.clock.now() < second.not_after:
            world.clock.advance(late)
        return load(*arguments)  # type: ignore[arg-type]

    world.organizations.load = slowly  # type: ignore[method-assign, assignment]
    world.work(remaining=300)
    assert len(world.provider.sent) == 1
    assert world.now(second) == second


def test_who_opts_out_while_others_are_sent_gets_nothing_more() -> None:
    """A number that sends many in a second reads control for each, and would go by what was known of people before."""
    world = World()
    wishes = [replace(draft(), target=Target(TargetKind.PHONE, f"+55119{number:08d}")) for number in range(3)]
    intents = [world.submit(wish) for wish in wishes]

    def opt_out() -> None:
        world.clock.advance(0.6)
        words = Alias(AliasKind.PHONE, wishes[2].target.value)
        world.hear(Inbound("m1", (words,), None, "SAIR", world.clock.now(), in_group=False))

    at_the_call(world, 1, opt_out)
    at_the_call(world, 2, lambda: world.clock.advance(0.6))
    world.work()
    assert [world.now(one).status for one in intents[:2]] == [Status.SENT] * 2
    assert (world.now(intents[2]).status, len(world.provider.sent)) == (Status.QUEUED, 2)


def test_a_stale_worker_withdraws_nothing_that_went_on() -> None:
    """A message that waits for the end of a back-off would be decided anew at once, and lose an attempt."""
    world = World()
    intent = world.submit()
    organization = replace(world.organizations.organizations[ORGANIZATION], paused=Pause("operator usr_1", "why", 0))
    world.organizations.put_organization(organization)

    def tried_elsewhere() -> None:
        now = world.clock.now()
        claimed = claim(intent, "another worker", now + MINUTE, now)
        world.intents.save(claimed, intent.version)
        slot = Approve(INSTANCE, now + MINUTE, now + 2 * MINUTE, ())
        failed = settle(claimed, "another worker", NotSent(FailureClass.TRANSIENT, "busy"), now, slot)
        world.intents.save(failed, claimed.version)

    before_the_next_write(world, tried_elsewhere)
    world.work()
    stored = world.now(intent)
    assert (stored.status, stored.attempts, stored.retry_at) == (Status.APPROVED, 1, world.clock.now() + MINUTE)
