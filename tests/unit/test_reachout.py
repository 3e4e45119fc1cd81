"""Reach-out locks: concluded from two refusals, tried by one message, doubled if they return; known people pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.instance import Instance, JournalType, Lifecycle
from chalicelib.domain.outcome import FailureClass, NotSent, Sent, Unknown, meant
from chalicelib.domain.reachout import (
    CONTACT_WAITS,
    LONGEST_LOCK,
    OPEN,
    PROBE_PATIENCE,
    RECENTLY,
    SUSPICIOUS,
    TOLD_EVERY,
    TOLD_FOR,
    Reachout,
)
from chalicelib.domain.sending import Tried, probing, taught
from chalicelib.domain.signals import Sign
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND
from tests.fakes.clock import NOON
from tests.fakes.numbers import an_instance

REFUSED = NotSent(FailureClass.REACHOUT_LOCK, "463")
TOKEN = NotSent(FailureClass.TOKEN_PROBLEM, "463")


def tried(name: str, attempt: int = 1) -> Tried:
    """A message to somebody, named alike."""
    return Tried(f"int_{name}", NOON, attempt, f"con_{name}")


def locked(at: int = NOON) -> Reachout:
    """A number that two people refused."""
    return OPEN.refusing("con_a", "int_a", at).refusing("con_b", "int_b", at)


def journal(instance: Instance) -> list[tuple[JournalType, dict[str, object]]]:
    """What happened, in order."""
    return [(entry.type, entry.data) for entry in instance.news]


def test_one_refusal_locks_one_contact_and_not_the_number() -> None:
    """One odd person would stop a whole campaign."""
    once = taught(an_instance(), tried("a"), REFUSED, NOON)
    assert once.reachout_until(NOON) == 0
    assert once.reachout.lets("int_b", NOON)
    assert journal(once) == [(JournalType.REACHOUT_REFUSED, {"contact_id": "con_a", "until": NOON + CONTACT_WAITS})]


@pytest.mark.parametrize(
    ("contact", "later", "lock"),
    [("con_b", SUSPICIOUS, True), ("con_b", SUSPICIOUS + 1, False), ("con_a", SECOND, False)],
)
def test_two_people_within_ten_minutes_are_a_lock(contact: str, later: int, lock: bool) -> None:  # noqa: FBT001 - a column
    """The number would knock at one closed door after the other until it is banned; or stop for one person."""
    reachout = OPEN.refusing("con_a", "int_a", NOON).refusing(contact, "int_b", NOON + later)
    assert reachout.until(NOON + later) == (NOON + later + DAY if lock else 0)


def test_a_lock_is_assumed_and_says_so() -> None:
    """An operator would take our conclusion for WhatsApp's word."""
    instance = taught(taught(an_instance(), tried("a"), REFUSED, NOON), tried("b"), REFUSED, NOON + MINUTE)
    lock = instance.reachout.lock
    assert lock is not None
    assert (lock.assumed, lock.level, lock.since, lock.until) == (True, 1, NOON + MINUTE, NOON + MINUTE + DAY)
    assert journal(instance)[-1] == (JournalType.REACHOUT_LOCKED, {"until": lock.until, "level": 1})
    assert len(instance.signals.of(Sign.FAILURES, NOON + MINUTE)) == 2


def test_a_straggler_says_nothing_new() -> None:
    """A message that was under way when the lock began would prolong it."""
    reachout = locked()
    assert reachout.refusing("con_c", "int_c", NOON + MINUTE).lock == reachout.lock


def test_exactly_one_message_finds_out() -> None:
    """After a day of waiting everybody new would be written to at once, into the lock."""
    reachout, at = locked(), NOON + DAY
    assert not reachout.lets("int_1", at)
    asking = reachout.probing("int_1", at)
    assert asking.lets("int_1", at)
    assert not asking.lets("int_2", at)
    assert asking.probing("int_2", at) is asking
    assert asking.until(at) == at + PROBE_PATIENCE
    assert reachout.probing("int_1", at - 1) is reachout


def test_an_answer_lifts_the_lock_for_everybody() -> None:
    """A number that may write again would go on waiting."""
    asking = probing(replace(an_instance(), reachout=locked()), "int_1", NOON + DAY)
    known = taught(asking, tried("2"), Sent("wire"), NOON + DAY + SECOND)
    assert not known.reachout.lets("int_3", NOON + DAY + SECOND)
    free = taught(asking, tried("1"), Sent("wire"), NOON + DAY + SECOND)
    assert (free.reachout_until(NOON + DAY + SECOND), free.reachout.lets("int_3", NOON + DAY + SECOND)) == (0, True)
    assert [kind for kind, _ in journal(free)] == [JournalType.REACHOUT_PROBED, JournalType.REACHOUT_UNLOCKED]
    assert taught(free, tried("1"), Sent("wire"), NOON + DAY + 2 * SECOND).reachout is free.reachout


def test_a_probe_that_is_refused_doubles_the_lock() -> None:
    """A lock that holds would be tried every day until the number is banned."""
    reachout, at, lengths = locked(), NOON, []
    for number in range(5):
        lock = reachout.lock
        assert lock is not None
        lengths.append((lock.until - at) // DAY)
        at = lock.until
        reachout = reachout.probing(f"int_{number}", at).refusing(f"con_{number}", f"int_{number}", at)
    assert lengths == [1, 2, 4, 7, 7]
    assert LONGEST_LOCK == 7 * DAY


@pytest.mark.parametrize(("later", "days"), [(HOUR, 2), (RECENTLY + 1, 1)])
def test_a_lock_that_comes_back_soon_is_longer(later: int, days: int) -> None:
    """A number would be let off lightly each time one message slips through."""
    lifted = locked().probing("int_1", NOON + DAY).reaching("int_1", NOON + DAY)
    at = NOON + DAY + later
    again = lifted.refusing("con_c", "int_c", at).refusing("con_d", "int_d", at)
    assert again.until(at) == at + days * DAY


@pytest.mark.parametrize("failure", sorted(set(FailureClass) - {FailureClass.REACHOUT_LOCK}))
def test_a_probe_that_fails_for_another_reason_lets_the_next_find_out(failure: FailureClass) -> None:
    """One wrong phone would keep everybody new waiting."""
    asking = probing(replace(an_instance(), reachout=locked()), "int_1", NOON + DAY)
    after = taught(asking, tried("1"), NotSent(failure, "no"), NOON + DAY)
    assert after.reachout_until(NOON + DAY) == 0
    assert probing(after, "int_2", NOON + DAY).reachout.lets("int_2", NOON + DAY)


def test_a_probe_without_an_answer_holds_the_others_back_for_a_while() -> None:
    """Everybody new would be written to while nobody knows whether the lock holds; or wait for ever."""
    asking = probing(replace(an_instance(), reachout=locked()), "int_1", NOON + DAY)
    assert taught(asking, tried("1"), Unknown("timeout"), NOON + DAY) is asking
    assert not asking.reachout.lets("int_2", NOON + DAY + PROBE_PATIENCE - 1)
    later = probing(asking, "int_2", NOON + DAY + PROBE_PATIENCE)
    assert later.reachout.lets("int_2", NOON + DAY + PROBE_PATIENCE)


def test_somebody_known_is_no_lock() -> None:
    """A session without its tokens would be taken for a lock, and nobody would repair it."""
    assert meant(REFUSED, known=True) == TOKEN
    assert meant(REFUSED, known=False) is REFUSED
    down = NotSent(FailureClass.INSTANCE_DOWN, "gone")
    assert meant(down, known=True) is down
    told = taught(taught(an_instance(), tried("a"), TOKEN, NOON), tried("b"), TOKEN, NOON + SECOND)
    assert told.reachout.lock is None
    assert [kind for kind, _ in journal(told)] == [JournalType.TOKEN_PROBLEM]
    assert told.reachout.has_token_problem(NOON + TOLD_FOR - 1)
    assert not told.reachout.has_token_problem(NOON + TOLD_FOR)
    assert OPEN.misknowing(NOON).misknowing(NOON + TOLD_EVERY).token_at == NOON + TOLD_EVERY


@pytest.mark.parametrize(
    ("failure", "signs"),
    [
        (FailureClass.TRANSIENT, (1, 0)),
        (FailureClass.REACHOUT_LOCK, (1, 0)),
        (FailureClass.TOKEN_PROBLEM, (1, 0)),
        (FailureClass.THROTTLED, (0, 1)),
        (FailureClass.RECIPIENT_INVALID, (0, 0)),
        (FailureClass.CONTENT_INVALID, (0, 0)),
        (FailureClass.INSTANCE_DOWN, (0, 0)),
        (FailureClass.AUTH, (0, 0)),
    ],
)
def test_what_lies_in_the_number_counts_against_it(failure: FailureClass, signs: tuple[int, int]) -> None:
    """Wrong phones in somebody's list would slow a healthy number down, or a failing one would look well."""
    after = taught(an_instance(), tried("a"), NotSent(failure, "no"), NOON)
    assert (len(after.signals.failures), len(after.signals.throttles)) == signs


def test_a_message_that_fails_again_and_again_counts_once() -> None:
    """One message that WhatsApp dislikes would halve its number's limits by its retries alone."""
    transient = NotSent(FailureClass.TRANSIENT, "busy")
    once = taught(an_instance(), tried("a"), transient, NOON)
    assert taught(once, tried("a", attempt=2), transient, NOON + MINUTE) is once


def test_a_number_out_of_use_learns_nothing() -> None:
    """A late answer would write into the history of a number that is no more."""
    retired = replace(an_instance(), lifecycle=Lifecycle.RETIRED)
    for outcome in (Sent("wire"), REFUSED, TOKEN, Unknown("?")):
        assert taught(retired, tried("a"), outcome, NOON) is retired


@given(
    st.lists(
        st.tuples(st.integers(0, 2 * DAY), st.sampled_from("abc"), st.sampled_from(["try", "sent", "refused", "lost"])),
        max_size=20,
    )
)
def test_whatever_happened_somebody_new_may_find_out(steps: list[tuple[int, str, str]]) -> None:
    """A number would never write to anybody new again."""
    reachout, at = OPEN, NOON
    for pause, name, what in steps:
        at += pause
        reachout = reachout.probing(f"int_{name}", at)
        if what == "sent" and reachout.lets(f"int_{name}", at):
            reachout = reachout.reaching(f"int_{name}", at)
        if what == "refused" and reachout.lets(f"int_{name}", at):
            reachout = reachout.refusing(f"con_{name}", f"int_{name}", at)
    end = at + LONGEST_LOCK + PROBE_PATIENCE
    assert reachout.until(end) == 0
    asking = reachout.probing("int_z", end)
    assert asking.lets("int_z", end)
    assert asking.reaching("int_z", end).lets("int_y", end)
