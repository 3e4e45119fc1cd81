"""The gate function's work: what it is asked is answered once, in time, and nothing else is touched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.application.ports.gate_queue import Question
from chalicelib.application.questions import Questions
from chalicelib.application.unparking import Unparking
from chalicelib.domain.connection import Connection
from chalicelib.domain.status import Status
from chalicelib.domain.values import DAY, MINUTE
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.views import an_intent
from tests.fakes.waiting import MINE, Slow, left, wait_in
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent


def ask(world: World, *questions: Question, seconds: float = 30) -> list[str]:
    """Put questions to the Gate; returns the messages that come back."""
    return world.questions.answer(questions, world.clock.monotonic() + seconds)


def about(*intents: Intent, message_id: str = "m1") -> Question:
    """A question about intents."""
    return Question(message_id, ORGANIZATION, tuple(one.id for one in intents))


def undecided(world: World) -> Intent:
    """An intent that was stored without a decision."""
    intent = an_intent(name=world.ids.new("int"))
    world.intents.create(intent)
    return intent


def test_the_undecided_are_decided_at_once() -> None:
    """Of a bulk request nothing would leave before the next minute."""
    world = World()
    intents = [undecided(world) for _ in range(3)]
    assert ask(world, about(*intents)) == []
    assert all(left(world, intents))


def test_what_is_due_is_decided_and_what_is_not_is_left_alone() -> None:
    """Scheduled messages would gather lines on their timeline, or those in a place be decided out of their turn."""
    world = World()
    early, late = world.clock.now() + MINUTE, world.clock.now() + DAY
    due, scheduled = (world.submit(replace(draft(), send_at=at)) for at in (early, late))
    parked = wait_in(world, INSTANCE, 1)
    world.clock.advance(MINUTE / 1000)
    assert ask(world, about(due, scheduled, parked)) == []
    assert left(world, [due]) == [True]
    assert (world.now(scheduled), world.now(parked)) == (scheduled, parked)


def test_the_expired_are_dropped_wherever_they_wait() -> None:
    """A message for a number that never returns would wait for ever."""
    world = World()
    world.change_instance(Connection.DISCONNECTED)
    intent = world.submit(replace(draft(), expires_at=world.clock.now() + MINUTE))
    world.clock.advance(MINUTE / 1000)
    assert ask(world, about(intent)) == []
    assert world.now(intent).status is Status.DROPPED


def test_what_was_decided_meanwhile_stays_so() -> None:
    """A message delivered twice would reserve twice, or take an approval back."""
    world = World()
    intent = undecided(world)
    assert ask(world, about(intent)) == []
    once = world.now(intent)
    assert ask(world, about(intent)) == []
    assert world.now(intent) == once
    assert len(world.queue.take()) == 1


def test_another_organizations_intents_are_not_decided() -> None:
    """A forged message would let one customer's numbers carry another's messages."""
    world = World()
    intent = undecided(world)
    foreign = replace(about(intent), organization_id="org_2")
    assert ask(world, foreign) == []
    assert world.now(intent) == intent


def test_the_same_question_is_answered_once() -> None:
    """A resume and the sweep ask about one place at the same moment: its thousands would be decided twice."""
    world = World()
    waiting = wait_in(world, MINE, 1)
    slow = _slow(world)
    before = world.clock.monotonic()
    asked = [Question(name, ORGANIZATION, place=MINE) for name in ("m1", "m2")]
    assert slow.answer(asked, before + 30) == []
    assert left(world, [waiting]) == [True]
    assert world.clock.monotonic() - before == 1


def test_one_failure_comes_back_alone() -> None:
    """One damaged record would keep a whole batch waiting until it ends in the dead letters."""
    world = World()
    broken, healthy = undecided(world), undecided(world)
    world.intents.stored[broken.id] = replace(broken, organization_id="org_nobody")
    questions = [replace(about(broken, message_id="m1"), organization_id="org_nobody"), about(healthy, message_id="m2")]
    assert ask(world, *questions) == ["m1"]
    assert left(world, [healthy]) == [True]


def test_what_there_is_no_time_for_comes_back() -> None:
    """A function that is cut off would report nothing: even what it did would be done again."""
    world = World()
    intent = undecided(world)
    assert ask(world, about(intent), Question("m2", ORGANIZATION, place=MINE), seconds=0) == ["m1", "m2"]
    assert world.now(intent) == intent
    assert world.journal.notes == [("questions postponed", {"count": 2})]


def test_a_long_place_is_asked_about_again() -> None:
    """Of thousands who wait for a number the last would wait for the next tick, and the next."""
    world = World()
    waiting = [wait_in(world, INSTANCE, number) for number in range(100)]
    slow = _slow(world)
    assert slow.answer([Question("m1", ORGANIZATION, place=INSTANCE)], world.clock.monotonic() + 2) == []
    assert sum(left(world, waiting)) == 50
    assert [question.place for question in world.gate_queue.asked] == [INSTANCE]


def test_a_long_place_leaves_time_for_the_others() -> None:
    """One customer's ten thousand would take the whole batch's time every time."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    many = [wait_in(world, INSTANCE, number) for number in range(200)]
    few = wait_in(world, SECOND_INSTANCE, 500)
    slow = _slow(world)
    asked = [Question(name, ORGANIZATION, place=name) for name in (INSTANCE, SECOND_INSTANCE)]
    assert slow.answer(asked, world.clock.monotonic() + 8) == []
    assert left(world, [few]) == [True]
    assert sum(left(world, many)) == 100


def test_who_returns_joins_the_line_before_it_moves() -> None:
    """What waited for a number would be overtaken by younger messages that waited for room on it."""
    world = World(policy=replace(FAST, per_minute=1, per_hour=1))
    younger, older = wait_in(world, MINE, 2), wait_in(world, INSTANCE, 1)
    asked = [Question("m1", ORGANIZATION, place=MINE), Question("m2", ORGANIZATION, place=INSTANCE)]
    assert ask(world, *asked) == []
    assert left(world, [older, younger]) == [True, False]


def _slow(world: World) -> Questions:
    """The same work, a second for each batch that is read."""
    intents = Slow(world)
    unparking = Unparking(world.alarms, intents, world.organizations, world.gatekeeper, world.clock)
    return Questions(intents, world.gatekeeper, unparking, world.waking, world.clock, world.journal)
