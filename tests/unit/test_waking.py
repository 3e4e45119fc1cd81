"""At once instead of the next minute: whatever lets somebody go says so to the Gate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.application.instances.registry import Changes
from chalicelib.application.onboarding import Onboarding
from chalicelib.application.waking import MOST_QUESTIONS
from chalicelib.domain.connection import Connection, Observation, Report
from chalicelib.domain.instance import InstancePurpose, Lifecycle
from chalicelib.domain.outcome import FailureClass, NotSent
from chalicelib.domain.parking import Line, line_of
from chalicelib.domain.pause import Pause
from chalicelib.domain.status import Status
from chalicelib.domain.values import HOUR, MINUTE
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.waiting import left, wait_in
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from collections.abc import Callable

ACTOR = "operator usr_1"
MINE, OTHERS = line_of(INSTANCE, Line.REPLIES), line_of(SECOND_INSTANCE, Line.REPLIES)


def asked(world: World) -> list[str]:
    """The places the Gate is asked about; nobody answers."""
    return [question.place or "" for question in world.gate_queue.take()]


def stopped(change: Callable[[World], None]) -> World:
    """Two numbers, of which the first is stopped, with somebody in every place."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    change(world)
    world.gate_queue.take()
    for number, place in enumerate((INSTANCE, ORGANIZATION, SECOND_INSTANCE, MINE, OTHERS)):
        wait_in(world, place, number)
    return world


def paused(world: World) -> None:
    """Stop the first number by hand."""
    world.controls.pause(ORGANIZATION, INSTANCE, ACTOR, "review", None)


def cooling(world: World) -> None:
    """Send the first number to rest."""
    world.controls.cool_down(ORGANIZATION, INSTANCE, ACTOR, "tired", world.clock.now() + HOUR)


def away(world: World) -> None:
    """Let the first number lose its session."""
    world.change_instance(Connection.DISCONNECTED)


def resume(world: World) -> None:
    """Let it send again."""
    world.controls.resume(ORGANIZATION, INSTANCE, ACTOR)


def end_cooldown(world: World) -> None:
    """End its rest."""
    world.controls.end_cooldown(ORGANIZATION, INSTANCE, ACTOR)


def reconnect(world: World) -> None:
    """The provider tells that it is back."""
    world.provider.seen = Observation(Connection.CONNECTED)
    world.hear(Report(Connection.CONNECTED))


@pytest.mark.parametrize(
    ("stop", "start"), [(paused, resume), (cooling, end_cooldown), (away, reconnect)], ids=["pause", "rest", "session"]
)
def test_a_number_that_can_send_again_wakes_who_waits_for_it(
    stop: Callable[[World], None], start: Callable[[World], None]
) -> None:
    """After a resume everything would stand still for up to a minute, and nobody could tell why."""
    world = stopped(stop)
    start(world)
    assert asked(world) == [INSTANCE, ORGANIZATION, MINE]


def test_a_resumed_number_sends_without_a_tick() -> None:
    """The same, to its end: those who waited are approved."""
    world = stopped(paused)
    resume(world)
    world.answer()
    assert {one.status for one in world.intents.stored.values() if one.request.instance_id == INSTANCE} == {
        Status.APPROVED
    }


def test_another_pace_wakes_who_waits_for_room() -> None:
    """A raised limit would show only a minute later."""
    world = stopped(lambda _world: None)
    world.registry.set_policy(ORGANIZATION, INSTANCE, ACTOR, replace(FAST, per_hour=5_000))
    assert asked(world) == [INSTANCE, ORGANIZATION, MINE]
    world.registry.change(ORGANIZATION, INSTANCE, ACTOR, Changes(purpose=InstancePurpose.DISPATCH))
    assert asked(world) == [INSTANCE, ORGANIZATION, MINE]
    world.registry.change(ORGANIZATION, INSTANCE, ACTOR, Changes(warmed_up=True))
    assert asked(world) == [INSTANCE, ORGANIZATION, MINE]
    world.registry.change(ORGANIZATION, INSTANCE, ACTOR, Changes(name="Balcão"))
    assert asked(world) == []


def test_a_number_that_never_returns_wakes_who_waits_for_it() -> None:
    """Messages would seem to wait for a number that was just retired."""
    world = stopped(paused)
    world.registry.retire(ORGANIZATION, INSTANCE, ACTOR)
    assert asked(world) == [INSTANCE, ORGANIZATION, MINE]
    assert world.instance().lifecycle is Lifecycle.RETIRED


def test_what_stops_a_number_wakes_nobody() -> None:
    """Every pause would have everybody decided once more."""
    world = stopped(lambda _world: None)
    paused(world)
    cooling(world)
    world.controls.resume(ORGANIZATION, INSTANCE, ACTOR)
    assert asked(world) == []


def test_an_organization_wakes_everybody() -> None:
    """After an organization's resume, or with a higher limit, everything would stand still for up to a minute."""
    world = stopped(lambda _world: None)
    onboarding = Onboarding(world.organizations, world.ids, world.waking)
    pause = Pause(ACTOR, "review", world.clock.now())

    def woken_by(**changes: Any) -> list[str]:  # noqa: ANN401 - members of an organization
        onboarding.change_organization(ORGANIZATION, lambda one: replace(one, **changes))
        return asked(world)

    assert woken_by(paused=pause) == []
    assert woken_by(policy=replace(FAST, per_hour=4_000)) == []
    everybody = [INSTANCE, ORGANIZATION, SECOND_INSTANCE, MINE]
    assert woken_by(paused=None) == everybody
    assert woken_by(policy=replace(FAST, per_hour=5_000)) == everybody
    assert woken_by(plan=50) == everybody
    assert woken_by(name="Outra") == []


def test_nobody_waits_nobody_is_woken() -> None:
    """Every reconnect of an idle number would cost an invocation."""
    world = World()
    paused(world)
    wait_in(world, INSTANCE, 1)
    [place] = world.alarms.places()
    world.alarms.empty_place(place, world.clock.now())
    resume(world)
    assert asked(world) == []


def test_a_queue_that_fails_stops_nobody_from_resuming() -> None:
    """An operator's click would be an error although it was done, or what waits be forgotten."""
    world = stopped(paused)
    world.gate_queue.broken = True
    resume(world)
    assert not world.instance().is_paused(world.clock.now())
    assert world.journal.notes[-1] == ("questions not published", {"count": 3})
    world.gate_queue.broken = False
    world.sweep()
    assert all(left(world, list(world.intents.stored.values())))


def test_what_the_engine_hands_back_is_decided_at_once() -> None:
    """Messages of a number in trouble would show as due for a minute instead of saying what they wait for."""
    world = World()
    intents = [world.submit(draft(str(number))) for number in range(3)]
    world.provider.answers = [NotSent(FailureClass.INSTANCE_DOWN, "no session")]
    world.work()
    assert {world.now(one).status for one in intents} == {Status.QUEUED}
    [question] = world.gate_queue.asked
    assert question.intent_ids == tuple(one.id for one in intents)
    world.answer()
    assert {world.now(one).parked_on for one in intents} == {ORGANIZATION}


def test_a_late_slot_is_replaced_at_once() -> None:
    """After a standstill each message would wait up to a minute for its next slot, or for a number that is gone."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    intent = world.submit()
    world.clock.advance(3 * MINUTE / 1000)
    other = SECOND_INSTANCE if intent.instance_id == INSTANCE else INSTANCE
    world.change_instance(Connection.CONNECTED, other)
    world.change_instance(Connection.DISCONNECTED, str(intent.instance_id))
    world.work()
    assert world.now(intent).status is Status.QUEUED
    world.answer()
    assert (world.now(intent).status, world.now(intent).approval) == (Status.APPROVED, 2)
    assert world.now(intent).instance_id == other


def test_a_gate_that_is_behind_is_not_asked_more() -> None:
    """While the gate function stands still every tick would ask about everything again, without end."""
    world = World()
    due = world.submit(replace(draft(), send_at=world.clock.now() + MINUTE))
    lost = world.submit()
    wait_in(world, INSTANCE, 1)
    world.clock.advance(2 * MINUTE / 1000)
    world.queue.take()
    world.gate_queue.others = MOST_QUESTIONS + 1
    world.sweep()
    assert world.gate_queue.asked == []
    assert ("the Gate is behind", {"questions": MOST_QUESTIONS + 1}) in world.journal.notes
    assert [order.intent_id for order in world.queue.take()] == [lost.id]
    world.gate_queue.others = MOST_QUESTIONS
    world.sweep()
    assert left(world, [due]) == [True]
