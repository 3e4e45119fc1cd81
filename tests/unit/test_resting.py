"""Rests: entered once for the same signs, always with an end, and left slowly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import lifecycle
from chalicelib.domain.connection import TemporaryBan
from chalicelib.domain.cooldown import THROTTLED, Rested
from chalicelib.domain.health import LONGEST_COOLDOWN, RAMP_LASTS, Risk
from chalicelib.domain.instance import FINAL, Instance, JournalType, Lifecycle
from chalicelib.domain.resting import banned_for_a_while, looked_after, throttled
from chalicelib.domain.signals import NONE, Sample, Sign, Signals
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND, Reason
from tests.fakes.clock import NOON
from tests.fakes.numbers import an_instance

if TYPE_CHECKING:
    from collections.abc import Callable

ACTOR = "operator usr_1"
BLOCKED = an_instance().showing(Sign.BLOCKS, NOON)


def journal(instance: Instance) -> list[JournalType]:
    """What happened to it, in order."""
    return [entry.type for entry in instance.news]


def rest_of(instance: Instance) -> tuple[str, int]:
    """Why it rests, and until when."""
    assert instance.cooldown is not None
    return instance.cooldown.reason, instance.cooldown.until


def test_signs_send_a_number_to_rest_once() -> None:
    """Two sweeps at once would double the rest, or each look would begin it anew."""
    resting = looked_after(BLOCKED, "sweep", NOON + SECOND)
    assert rest_of(resting) == ("HEALTH_BLOCKS", NOON + SECOND + HOUR)
    assert resting.obstacle(NOON + MINUTE) is Reason.COOLDOWN_ACTIVE
    assert resting.news[0].data == {"reason": "HEALTH_BLOCKS", "until": NOON + SECOND + HOUR, "value": 1, "limit": 1}
    assert looked_after(resting, "sweep", NOON + 2 * SECOND) is resting


def test_too_few_arrivals_send_a_number_to_rest() -> None:
    """A number whose messages no longer arrive would go on until it is banned."""
    silent = an_instance().measured(Sample(40, 8, NOON))
    resting = looked_after(silent, "sweep", NOON)
    assert rest_of(resting) == ("HEALTH_DELIVERED", NOON + HOUR)
    assert resting.news[0].data == {"reason": "HEALTH_DELIVERED", "until": NOON + HOUR, "value": 20, "limit": 25}


def test_a_rest_for_its_health_ends_and_the_same_signs_begin_no_other() -> None:
    """A number would rest for ever for one bad hour."""
    resting = looked_after(BLOCKED, "sweep", NOON)
    back = looked_after(resting, "sweep", NOON + HOUR)
    assert (back.lifecycle, back.cooldown, back.rested) == (Lifecycle.ACTIVE, None, Rested(NOON + HOUR, level=1))
    assert back.news[-1].data == {"ramp_until": NOON + HOUR + RAMP_LASTS}
    by_hand = lifecycle.cooldown_ended(resting, ACTOR, NOON + MINUTE)
    assert looked_after(by_hand, "sweep", NOON + 2 * MINUTE) is by_hand
    assert by_hand.risk(NOON + 2 * MINUTE) is Risk.LOW


def test_a_number_comes_back_slowly_whether_its_end_was_noticed_or_not() -> None:
    """A number would leave its rest at full pace whenever the sweep is a minute late."""
    resting = looked_after(BLOCKED, "sweep", NOON)
    noticed = looked_after(resting, "sweep", NOON + HOUR + 2 * MINUTE)
    for age in (0, MINUTE, HOUR, 3 * HOUR, RAMP_LASTS):
        at = NOON + HOUR + age
        assert resting.capacity(at) == noticed.capacity(at) == min(100, 10 + 90 * age // RAMP_LASTS)


def test_the_way_back_has_an_end_that_is_told_once() -> None:
    """Nobody could say since when a number has been back at full pace."""
    back = looked_after(looked_after(BLOCKED, "sweep", NOON), "sweep", NOON + HOUR)
    assert looked_after(back, "sweep", NOON + HOUR + RAMP_LASTS - 1) is back
    whole = looked_after(back, "sweep", NOON + HOUR + RAMP_LASTS)
    assert whole.news[-1].type is JournalType.RAMP_ENDED
    assert looked_after(whole, "sweep", NOON + DAY) is whole
    assert whole.capacity(NOON + DAY) == 100


@pytest.mark.parametrize(("pause", "hours"), [(1, 2), (DAY, 2), (DAY + 1, 1)])
def test_a_rest_soon_after_another_is_longer(pause: int, hours: int) -> None:
    """A number that falls ill again and again would never have the time to recover."""
    again = looked_after(looked_after(BLOCKED, "sweep", NOON), "sweep", NOON + HOUR)
    at = NOON + HOUR + pause
    resting = looked_after(again.showing(Sign.BLOCKS, at), "sweep", at)
    assert rest_of(resting) == ("HEALTH_BLOCKS", at + hours * HOUR)


def test_rests_in_a_row_are_a_day_at_the_most() -> None:
    """A number would be out of use for a week without anybody having decided that."""
    instance, at, lengths = an_instance(), NOON, []
    for _ in range(7):
        instance = looked_after(instance.showing(Sign.BLOCKS, at), "sweep", at)
        _, until = rest_of(instance)
        lengths.append((until - at) // HOUR)
        instance, at = looked_after(instance, "sweep", until), until + MINUTE
    assert lengths == [1, 2, 4, 8, 16, 24, 24]


def test_a_ban_for_being_blocked_is_a_block_report_too() -> None:
    """After the ban the number would be back at once, although people block it."""
    banned = banned_for_a_while(an_instance(), TemporaryBan(102, 10 * MINUTE), NOON, NOON)
    assert rest_of(banned) == ("TEMPORARY_BAN_102", NOON + 10 * MINUTE)
    assert banned.signals.blocks == (NOON,)
    assert banned_for_a_while(an_instance(), TemporaryBan(101, 10 * MINUTE), NOON, NOON).signals is NONE


def test_a_ban_prolongs_a_rest_and_forgets_nothing() -> None:
    """A ban in the middle of a rest would make the next rest short again."""
    resting = looked_after(BLOCKED, "sweep", NOON)
    banned = banned_for_a_while(resting, TemporaryBan(101, DAY), NOON + MINUTE, NOON + MINUTE)
    assert rest_of(banned) == ("TEMPORARY_BAN_101", NOON + MINUTE + DAY)
    back = looked_after(banned, "sweep", NOON + MINUTE + DAY)
    assert back.rested == Rested(NOON + MINUTE + DAY, level=1)
    assert journal(back) == [JournalType.COOLDOWN_ENTERED] * 2 + [JournalType.COOLDOWN_LEFT]


def test_a_ban_lasts_from_when_it_was_told() -> None:
    """An event that waited on its queue, or is delivered twice, would ban a number for longer than WhatsApp does."""
    ban = TemporaryBan(101, HOUR)
    late = banned_for_a_while(an_instance(), ban, NOON - 20 * MINUTE, NOON)
    assert rest_of(late) == ("TEMPORARY_BAN_101", NOON + 40 * MINUTE)
    back = looked_after(late, "sweep", NOON + HOUR)
    assert banned_for_a_while(back, ban, NOON - 20 * MINUTE, NOON + HOUR) is back


def test_a_back_off_lasts_as_long_as_was_asked() -> None:
    """A number that WhatsApp asked to wait would go on, or wait for ever because of one odd answer."""
    for asked, lasts in ((7 * SECOND, 7 * SECOND), (None, MINUTE), (0, MINUTE), (90 * DAY, DAY)):
        assert rest_of(throttled(an_instance(), asked, NOON)) == (THROTTLED, NOON + lasts)


def test_a_back_off_doubles_and_leaves_no_slow_way_back() -> None:
    """A throttled number would be throttled every minute; or crawl for six hours after each minute's wait."""
    instance, at, lengths = an_instance(), NOON, []
    for _ in range(7):
        instance = throttled(instance, None, at)
        _, until = rest_of(instance)
        lengths.append((until - at) // MINUTE)
        instance, at = looked_after(instance, "sweep", until), until
    assert lengths == [1, 2, 4, 8, 16, 16, 16]
    assert instance.rested is None
    assert instance.ramp(at) == 100
    later = throttled(instance, None, at + 2 * HOUR)
    assert rest_of(later) == (THROTTLED, at + 2 * HOUR + MINUTE)


def test_a_back_off_neither_shortens_a_rest_nor_speeds_up_the_way_back() -> None:
    """A number could leave a day's ban after a minute."""
    banned = banned_for_a_while(an_instance(), TemporaryBan(101, DAY), NOON, NOON)
    assert rest_of(throttled(banned, None, NOON + SECOND)) == rest_of(banned)
    longer = throttled(banned, 2 * DAY, NOON + HOUR)
    assert rest_of(longer) == ("TEMPORARY_BAN_101", NOON + HOUR + DAY)
    back = looked_after(banned, "sweep", NOON + DAY)
    slow = looked_after(throttled(back, None, NOON + DAY), "sweep", NOON + DAY + MINUTE)
    assert slow.rested == back.rested
    assert slow.ramp(NOON + DAY + MINUTE) < 100


def test_a_new_rest_first_ends_the_one_that_is_over() -> None:
    """The journal would tell of two rests and of one end."""
    resting = looked_after(BLOCKED, "sweep", NOON)
    again = throttled(resting, None, NOON + HOUR + SECOND)
    assert journal(again) == [JournalType.COOLDOWN_ENTERED, JournalType.COOLDOWN_LEFT, JournalType.COOLDOWN_ENTERED]
    assert again.rested == Rested(NOON + HOUR, level=1)


@pytest.mark.parametrize("life", sorted({*FINAL, Lifecycle.CREATED}))
def test_only_a_number_in_use_rests(life: Lifecycle) -> None:
    """A banned number would come back to life by resting."""
    one = replace(BLOCKED, lifecycle=life)
    assert looked_after(one, "sweep", NOON) is one
    assert banned_for_a_while(one, TemporaryBan(101, HOUR), NOON, NOON) is one
    assert throttled(one, None, NOON).lifecycle is life


def test_a_reinstated_number_has_no_past() -> None:
    """A number back from an appeal would rest for what it did before the ban."""
    banned = replace(BLOCKED, lifecycle=Lifecycle.BANNED, rested=Rested(NOON - HOUR, level=3))
    fresh = lifecycle.reinstated(banned, "appeal accepted", ACTOR, NOON)
    assert (fresh.signals, fresh.rested, fresh.cooldown) == (NONE, None, None)
    assert fresh.reachout.lock is None


Step = tuple[int, str]
_HAPPENS: dict[str, Callable[[Instance, int], Instance]] = {
    "block": lambda one, at: one.showing(Sign.BLOCKS, at),
    "failure": lambda one, at: one.showing(Sign.FAILURES, at),
    "silence": lambda one, at: one.measured(Sample(50, 3, at)),
    "arrivals": lambda one, at: one.measured(Sample(50, 49, at)),
    "ban": lambda one, at: banned_for_a_while(one, TemporaryBan(102, 3 * HOUR), at, at),
    "throttle": lambda one, at: throttled(one, None, at),
    "look": lambda one, at: looked_after(one, "sweep", at),
}
histories = st.lists(st.tuples(st.integers(0, 5 * HOUR), st.sampled_from(sorted(_HAPPENS))), max_size=25)


def lived(steps: list[Step]) -> tuple[Instance, int]:
    """A number after a history, and when that is."""
    instance, at = an_instance(), NOON
    for pause, what in steps:
        at += pause
        instance = _HAPPENS[what](instance, at)
    return instance, at


@given(histories)
def test_whatever_happened_a_rest_ends(steps: list[Step]) -> None:
    """A number would be lost to a rest that nothing ends."""
    instance, at = lived(steps)
    end = at + LONGEST_COOLDOWN + 1
    after = looked_after(instance, "sweep", end)
    assert not after.is_cooling(end)
    assert after.lifecycle is Lifecycle.ACTIVE
    assert after.capacity(end + RAMP_LASTS) == 100


@given(histories)
def test_looking_after_a_number_twice_changes_nothing_more(steps: list[Step]) -> None:
    """Whoever looks more often would make rests longer and journals fuller."""
    instance, at = lived(steps)
    once = looked_after(instance, "sweep", at)
    assert looked_after(once, "sweep", at) is once


@given(histories)
def test_every_rest_is_told_with_its_end(steps: list[Step]) -> None:
    """Somebody who asks why a number was silent yesterday would find half of the story."""
    instance, at = lived(steps)
    news = journal(looked_after(instance, "sweep", at + 2 * DAY))
    told = [one for one in news if one in {JournalType.COOLDOWN_ENTERED, JournalType.COOLDOWN_LEFT}]
    assert not told or told[0] is JournalType.COOLDOWN_ENTERED
    assert not told or told[-1] is JournalType.COOLDOWN_LEFT


@given(histories, st.integers(0, DAY))
def test_capacity_does_not_depend_on_who_looked(steps: list[Step], later: int) -> None:
    """The Gate would let a number send faster or slower depending on when the sweep came by."""
    instance, at = lived(steps)
    seen = looked_after(instance, "sweep", at)
    if seen.is_cooling(at) == instance.is_cooling(at):
        assert seen.capacity(at + later) == instance.capacity(at + later)


def test_old_items_have_no_signs() -> None:
    """A number stored before signs were kept would not load, or begin its life ill."""
    assert an_instance().signals == Signals()
    assert an_instance().capacity(NOON) == 100
