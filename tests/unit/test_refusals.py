"""The engine when WhatsApp refuses: strangers wait on that number, known people flow, a throttled number backs off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.health import Risk
from chalicelib.domain.instance import JournalType
from chalicelib.domain.outcome import FailureClass, NotSent, Sent, Unknown
from chalicelib.domain.reachout import PROBE_PATIENCE
from chalicelib.domain.status import Status
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND, Reason, Target, TargetKind
from tests.fakes.numbers import INSTANCE, SECOND_INSTANCE
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent

REFUSED = NotSent(FailureClass.REACHOUT_LOCK, "463")
THROTTLED = NotSent(FailureClass.THROTTLED, "429")


def to(world: World, person: int, text: str = "Olá", instance_id: str | None = None) -> Intent:
    """Hand in a message to one of several people; time passes a little."""
    target = Target(TargetKind.PHONE, f"+55119876543{person:02d}")
    intent = world.submit(replace(draft(text, instance_id=instance_id), target=target))
    world.clock.advance(0.001)
    return intent


def standing(world: World, *intents: Intent) -> list[tuple[Status, str | None]]:
    """Where intents are, and why."""
    return [(world.now(one).status, world.now(one).reason) for one in intents]


def journal(world: World) -> list[str]:
    """What happened to the number."""
    entries = world.organizations.journal(INSTANCE, None, 50).entries
    return [entry.type for entry in reversed(entries)]


def pass_time(world: World, minutes: float) -> None:
    """Let time pass, a tick and the engine's work each minute."""
    for _ in range(int(minutes)):
        world.clock.advance(60)
        world.sweep()
        world.work()


def leap(world: World, until: int) -> None:
    """Let much time pass at once; the sweep then asks about the session first, as it would have all along."""
    world.clock.advance((until - world.clock.now()) / 1000)
    world.sweep()
    world.sweep()
    world.work()


def locked(world: World) -> list[Intent]:
    """Two people refused the number: it is locked; returns what waits."""
    world.provider.answers = [REFUSED, REFUSED]
    intents = [to(world, 1), to(world, 2)]
    world.work()
    assert world.instance().reachout_until(world.clock.now()) > world.clock.now()
    return intents


def test_somebody_new_who_is_refused_waits_a_day_and_nobody_else() -> None:
    """The message would be lost, or tried again at once until the number is banned."""
    world = World()
    world.provider.answers = [REFUSED]
    intent = to(world, 1)
    world.work()
    world.answer()
    pass_time(world, 30)
    assert standing(world, intent) == [(Status.QUEUED, Reason.REACHOUT_LOCK)]
    assert len(world.provider.sent) == 1
    other = to(world, 2)
    world.work()
    assert world.now(other).status is Status.SENT
    leap(world, world.now(intent).until or 0)
    pass_time(world, 2)
    assert standing(world, intent) == [(Status.SENT, None)]
    assert world.now(intent).attempts == 2
    assert journal(world) == [JournalType.REACHOUT_REFUSED]


def test_no_other_number_takes_over() -> None:
    """The ban would spread from number to number."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    world.provider.answers = [REFUSED]
    intent = to(world, 1)
    world.work()
    world.answer()
    pass_time(world, 30)
    assert standing(world, intent) == [(Status.QUEUED, Reason.REACHOUT_LOCK)]
    assert len(world.provider.sent) == 1


def test_two_messages_to_the_same_stranger_knock_once() -> None:
    """The second message of the same batch would be sent into the refusal, or fail as if the person were known."""
    world = World()
    intents = [to(world, 1, "um"), to(world, 1, "dois")]
    world.provider.answers = [REFUSED] * 2
    world.work()
    assert standing(world, *intents) == [(Status.QUEUED, Reason.REACHOUT_LOCK)] * 2
    assert [world.now(one).attempts for one in intents] == [1, 0]
    assert len(world.provider.sent) == 1
    assert world.instance().reachout.lock is None


def test_two_strangers_are_a_lock_and_known_people_still_get_their_messages() -> None:
    """Everybody the number knows would wait for a day, or every stranger would be tried in turn."""
    world = World()
    known = to(world, 9, "antes")
    world.work()
    world.provider.sent.clear()
    world.provider.answers = [REFUSED, REFUSED]
    strangers = [to(world, person) for person in range(5)]
    friend = to(world, 9, "depois")
    world.work()
    assert [message.target.value[-2:] for message in world.provider.sent] == ["00", "01", "09"]
    assert standing(world, *strangers) == [(Status.QUEUED, Reason.REACHOUT_LOCK)] * 5
    assert [world.now(one).attempts for one in strangers] == [1, 1, 0, 0, 0]
    assert standing(world, known, friend) == [(Status.SENT, None)] * 2
    late = to(world, 7)
    assert standing(world, late) == [(Status.QUEUED, Reason.REACHOUT_LOCK)]
    lock = world.instance().reachout.lock
    assert lock is not None
    assert lock.until - MINUTE <= (world.now(late).until or 0) <= lock.until
    assert journal(world) == [JournalType.REACHOUT_REFUSED, JournalType.REACHOUT_LOCKED]


def test_one_message_finds_out_and_the_others_follow() -> None:
    """After its day the number would write to every stranger at once, into a lock that may still hold."""
    world = World()
    strangers = locked(world) + [to(world, person) for person in (3, 4, 5)]
    world.provider.sent.clear()
    lock = world.instance().reachout.lock
    assert lock is not None
    leap(world, lock.until + MINUTE)
    pass_time(world, 2)
    assert standing(world, *strangers) == [(Status.SENT, None)] * 5
    assert journal(world)[-2:] == [JournalType.REACHOUT_PROBED, JournalType.REACHOUT_UNLOCKED]


def test_a_refused_probe_locks_for_twice_as_long_and_costs_one_message() -> None:
    """Each day all who wait would be tried, refused, and the number banned."""
    world = World()
    strangers = locked(world) + [to(world, person) for person in (3, 4, 5)]
    world.provider.sent.clear()
    lock = world.instance().reachout.lock
    assert lock is not None
    world.provider.answers = [REFUSED] * 5
    leap(world, lock.until + MINUTE)
    pass_time(world, 5)
    assert len(world.provider.sent) == 1
    assert all(world.now(one).status is Status.QUEUED for one in strangers)
    again = world.instance().reachout.lock
    assert again is not None
    assert (again.level, again.until - again.since) == (2, 2 * DAY)


def test_while_the_probe_has_no_answer_the_others_wait() -> None:
    """A lost answer would let everybody through; or nobody, ever."""
    world = World()
    strangers = locked(world) + [to(world, person) for person in (3, 4)]
    world.provider.sent.clear()
    lock = world.instance().reachout.lock
    assert lock is not None
    world.provider.answers = [Unknown("timeout")] * 2
    leap(world, lock.until + MINUTE)
    assert len({message.intent_id for message in world.provider.sent}) == 1
    pass_time(world, PROBE_PATIENCE // MINUTE + 5)
    assert standing(world, *strangers) == [(Status.SENT, None)] * 4


def test_somebody_known_who_is_refused_fails_and_says_why() -> None:
    """A lost token would look like a lock: everybody new waits, and nobody repairs the session."""
    world = World()
    to(world, 1, "antes")
    world.work()
    world.provider.answers = [REFUSED]
    intent = to(world, 1, "depois")
    world.work()
    assert standing(world, intent) == [(Status.FAILED, FailureClass.TOKEN_PROBLEM)]
    assert world.instance().reachout.lock is None
    assert world.instance().reachout.has_token_problem(world.clock.now())
    assert journal(world) == [JournalType.TOKEN_PROBLEM]


def test_a_refused_repeat_is_not_repeated_again() -> None:
    """A message whose answer was lost would knock at a locked door every minute."""
    world = World()
    world.provider.answers = [Unknown("timeout"), REFUSED, REFUSED, REFUSED]
    intent = to(world, 1)
    world.work()
    pass_time(world, 15)
    assert len(world.provider.sent) == 2
    assert world.now(intent).status is Status.UNCONFIRMED


@pytest.mark.parametrize(("asked", "wait"), [(None, MINUTE), (7 * SECOND, 7 * SECOND), (20 * MINUTE, 20 * MINUTE)])
def test_a_throttled_number_backs_off_and_burns_nothing(asked: int | None, wait: int) -> None:
    """One "too many" would use up the attempts of a whole batch, and the number would be throttled further."""
    world = World()
    intents = [to(world, person) for person in range(4)]
    world.provider.answers = [Sent("wire"), replace(THROTTLED, retry_after=asked)]
    world.work()
    waiting = intents[1:]
    assert standing(world, *waiting) == [(Status.QUEUED, Reason.COOLDOWN_ACTIVE)] * 3
    assert {world.now(one).attempts for one in waiting} == {0}
    assert len(world.provider.sent) == 2
    began = world.clock.now()
    until = world.instance().cooldown.until  # type: ignore[union-attr]
    assert until == began + wait
    world.clock.advance((wait - 1) / 1000)
    world.sweep()
    world.work()
    assert len(world.provider.sent) == 2
    pass_time(world, 3)
    assert standing(world, *intents) == [(Status.SENT, None)] * 4
    assert journal(world) == [JournalType.COOLDOWN_ENTERED, JournalType.COOLDOWN_LEFT]
    assert world.instance().capacity(world.clock.now()) == 100


def test_a_throttled_message_may_leave_from_another_number() -> None:
    """A message that any number may carry would wait although one is free."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    intent = to(world, 1)
    world.provider.answers = [THROTTLED]
    world.work()
    world.answer()
    world.sweep()
    world.work()
    assert world.now(intent).status is Status.SENT


def test_failures_of_five_messages_halve_the_limits_and_few_writes_tell_of_it() -> None:
    """A failing number would go on at full pace; or each of its failures would cost a write."""
    world = World()
    for person in range(9):
        to(world, person)
    world.provider.answers = [NotSent(FailureClass.TRANSIENT, "busy")] * 9
    before = world.instance().version
    world.work()
    now = world.clock.now()
    assert (world.instance().risk(now), world.instance().capacity(now)) == (Risk.MEDIUM, 50)
    assert world.instance().version - before == 5
    assert world.instance().capacity(now + HOUR) == 100
