"""All sending of an organization stopped and resumed: nothing leaves, nothing is lost, everybody keeps their turn."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.control import Control, ControlStatus, Lease
from chalicelib.domain.errors import InvalidInput, TransitionRefused
from chalicelib.domain.instance import JournalType
from chalicelib.domain.parking import Line, line_of
from chalicelib.domain.pause import LONGEST
from chalicelib.domain.status import Status
from chalicelib.domain.usage import Usage
from chalicelib.domain.values import HOUR, MINUTE, SECOND, Target, TargetKind, Text
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.waiting import THREE_AN_HOUR, left, wait_in
from tests.fakes.world import World, draft

ACTOR = "operator usr_1"
SPACED = replace(FAST, per_minute=10, per_hour=100, per_day=1_000, min_interval=10 * SECOND, max_interval=10 * SECOND)


def pause(world: World, until: int | None = None) -> None:
    """Stop everything."""
    world.operations.pause(ORGANIZATION, ACTOR, "review", until)


def resume(world: World) -> None:
    """Let it go on, and the Gate be asked by that alone: no tick comes."""
    world.operations.resume(ORGANIZATION, ACTOR)
    world.answer()


def to(number: int) -> Target:
    """Somebody of their own."""
    return Target(TargetKind.PHONE, f"+55119{number:08d}")


def control(world: World) -> Control:
    """How far the pause has come."""
    return world.operations.of(world.organizations.organizations[ORGANIZATION]).control


def test_what_was_approved_and_what_comes_waits_alike() -> None:
    """A message would leave minutes after somebody stopped everything, or be gone for good."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    before = [world.submit(replace(draft(str(number)), target=to(number))) for number in range(3)]
    assert {one.status for one in before} == {Status.APPROVED}
    pause(world)
    world.work()
    world.answer()
    after = world.submit(replace(draft("later"), target=to(9), instance_id=INSTANCE))
    everybody = [world.now(one) for one in (*before, after)]
    assert {(one.status, one.reason, one.parked_on) for one in everybody} == {
        (Status.QUEUED, "OPS_PAUSED", ORGANIZATION)
    }
    assert world.provider.sent == []
    assert [one.attempts for one in everybody] == [0] * 4
    used = [usage.everything.day.used(world.clock.now()) for usage in world.organizations.usages.values()]
    assert set(used) == {0}


def test_a_resume_lets_the_oldest_go_first_at_the_policys_pace() -> None:
    """A burst after a pause costs the number, and whoever asked first would be served last."""
    world = World(policy=SPACED)
    pause(world)
    intents = []
    for number in range(8):
        intents.append(world.submit(replace(draft(str(number)), target=to(number))))
        world.clock.advance(1)
    resume(world)
    assert {world.now(one).status for one in intents} == {Status.APPROVED}
    slots = [world.now(one).not_before for one in intents]
    assert [later - earlier for earlier, later in pairwise(slots)] == [10 * SECOND] * 7
    for order in world.queue.take():
        world.work([order])
        world.clock.advance(10)
    assert [world.now(one).status for one in intents] == [Status.SENT] * 8
    assert [one.content for one in world.provider.sent] == [Text(str(number)) for number in range(8)]
    assert [world.now(one).attempts for one in intents] == [1] * 8


def test_a_resume_keeps_to_the_limits() -> None:
    """Everything that gathered would leave within the minute after the resume."""
    world = World(policy=THREE_AN_HOUR)
    pause(world)
    intents = [world.submit(replace(draft(str(number)), target=to(number))) for number in range(7)]
    resume(world)
    assert left(world, intents) == [True] * 3 + [False] * 4
    assert {world.now(one).parked_on for one in intents[3:]} == {line_of(ORGANIZATION, Line.DISPATCH)}
    assert {world.now(one).reason for one in intents[3:]} == {"RATE_LIMIT"}


def test_what_came_during_a_pause_does_not_overtake_who_stood_in_line() -> None:
    """A pause would turn the order round: whoever waited longest for room would wait again."""
    world = World(policy=THREE_AN_HOUR)
    line = [wait_in(world, line_of(ORGANIZATION, Line.DISPATCH), number) for number in range(3)]
    pause(world)
    late = world.submit(replace(draft("late"), target=to(9)))
    resume(world)
    assert left(world, line) == [True] * 3
    assert left(world, [late]) == [False]


def test_a_pause_with_an_end_is_over_at_its_time() -> None:
    """Somebody pauses for the night, and in the morning nothing leaves until they remember."""
    world = World()
    pause(world, world.clock.now() + HOUR)
    intent = world.submit()
    world.clock.advance((HOUR - MINUTE) / SECOND)
    world.sweep()
    assert world.now(intent) == intent
    world.clock.advance(MINUTE / SECOND)
    world.sweep()
    assert left(world, [intent]) == [True]
    assert control(world) == Control(ControlStatus.RUNNING)
    with pytest.raises(TransitionRefused):
        world.operations.resume(ORGANIZATION, ACTOR)


def test_limits_raised_after_a_pause_ended_by_itself_hold_at_once() -> None:
    """The pause that is over would keep everybody standing in line for another minute."""
    world = World(policy=THREE_AN_HOUR)
    pause(world, world.clock.now() + HOUR)
    waiting = wait_in(world, line_of(INSTANCE, Line.DISPATCH), 1)
    world.clock.advance(HOUR / SECOND)
    world.change_instance(world.instance().connection)
    world.operations.onboarding.change_organization(ORGANIZATION, lambda one: replace(one, policy=FAST))
    world.answer()
    assert left(world, [waiting]) == [True]


def test_a_pause_wakes_nobody() -> None:
    """Each of ten thousand in line would be asked about, to be told to wait."""
    world = World()
    wait_in(world, line_of(INSTANCE, Line.DISPATCH), 1)
    pause(world, world.clock.now() + HOUR)
    assert world.gate_queue.take() == []


def test_what_runs_is_not_resumed_and_what_is_paused_is_not_paused_again() -> None:
    """The second of two operators would overwrite why the first one stopped everything."""
    world = World()
    with pytest.raises(TransitionRefused, match="Possible now: pause"):
        resume(world)
    pause(world)
    with pytest.raises(TransitionRefused, match="Possible now: resume"):
        world.operations.pause(ORGANIZATION, "operator usr_2", "other", None)
    stored = world.organizations.organizations[ORGANIZATION]
    assert stored.paused
    assert (stored.paused.by, stored.paused.reason) == (ACTOR, "review")


@pytest.mark.parametrize("away", [0, -HOUR, LONGEST + 1])
def test_an_end_that_nobody_can_mean_is_refused(away: int) -> None:
    """A typing mistake in the year would stop a company for good, or not at all."""
    world = World()
    with pytest.raises(InvalidInput, match="90 days"):
        pause(world, world.clock.now() + away)
    assert world.organizations.organizations[ORGANIZATION].paused is None


def test_a_pause_tells_how_far_it_has_come_over_all_numbers() -> None:
    """Whoever stops a mistake in progress would be told that it is over while messages still leave."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    now = world.clock.now()
    world.leases.take(LeaseKind.LANE, INSTANCE, "a", Lease(now - SECOND, now + MINUTE, 3))
    world.leases.take(LeaseKind.LANE, SECOND_INSTANCE, "b", Lease(now, now + MINUTE, 2))
    assert control(world) == Control(ControlStatus.RUNNING)
    pause(world)
    assert control(world) == Control(ControlStatus.PAUSING, 5)
    world.leases.release(LeaseKind.LANE, INSTANCE, "a")
    assert control(world) == Control(ControlStatus.PAUSING, 2)
    world.leases.release(LeaseKind.LANE, SECOND_INSTANCE, "b")
    assert control(world) == Control(ControlStatus.PAUSED)
    world.clock.advance(6)
    world.leases.take(LeaseKind.LANE, INSTANCE, "c", Lease(world.clock.now(), now + MINUTE, 1))
    assert control(world) == Control(ControlStatus.PAUSED)


def test_who_stopped_and_resumed_is_kept_beside_the_policys_changes() -> None:
    """Nobody could say who stopped the company on Friday; or the policy's history would be full of pauses."""
    world = World()
    pause(world)
    world.clock.advance(1)
    world.operations.onboarding.change_organization(
        ORGANIZATION, lambda one: one.with_policy(SPACED, ACTOR, world.clock.now())
    )
    world.clock.advance(1)
    resume(world)
    entries = world.operations.journal(ORGANIZATION, None, 10).entries
    assert [one.type for one in entries] == [JournalType.RESUMED, JournalType.POLICY_CHANGED, JournalType.PAUSED]
    assert (entries[2].actor, entries[2].data) == (ACTOR, {"reason": "review", "until": None})
    kept = world.organizations.organization_journal(ORGANIZATION, None, 1, JournalType.POLICY_CHANGED)
    assert (kept.entries, kept.after) == (entries[1:2], None)


def test_a_plans_use_is_told_where_there_is_one() -> None:
    """Nobody could tell why everything waits, or how close the company is to it."""
    world = World()
    world.operations.onboarding.change_organization(ORGANIZATION, lambda one: replace(one, plan=5))
    for number in range(2):
        world.submit(replace(draft(str(number)), target=to(number)))
    state = world.operations.of(world.organizations.organizations[ORGANIZATION])
    assert state.usage.everything.day.used(state.at) == 2
    without = world.operations.of(replace(state.organization, plan=None))
    assert without.usage == Usage(ORGANIZATION)
