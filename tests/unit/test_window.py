"""One sliding window: in whatever order slots come, none is ever over its limit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.values import MINUTE, SECOND
from chalicelib.domain.window import Window
from tests.fakes.clock import NOON

AHEAD = 125
steps = st.lists(st.tuples(st.integers(0, 40 * SECOND), st.integers(0, 120 * SECOND)), min_size=1, max_size=60)


@given(steps, st.integers(1, 6))
def test_slots_in_any_order_never_exceed_the_limit(moves: list[tuple[int, int]], limit: int) -> None:
    """A reply that slips in between reserved slots must not push any minute over what the number may send."""
    window, now, slots = Window(SECOND, 60, AHEAD), NOON, []
    for pause, ahead in moves:
        now += pause
        slot = window.free_at(now + ahead, limit)
        if slot > now + AHEAD * SECOND:
            continue
        window = window.add(slot)
        slots.append(slot)
    for start in slots:
        assert sum(start <= slot < start + MINUTE for slot in slots) <= limit


@given(steps, st.integers(1, 6), st.integers(0, 200 * SECOND))
def test_the_instant_named_is_the_first_one(moves: list[tuple[int, int]], limit: int, later: int) -> None:
    """A number would stand idle although it may send, or the Gate would name a moment at which it may not."""
    window, now = Window(SECOND, 60, AHEAD), NOON
    for pause, ahead in moves:
        now += pause
        window = window.add(now + ahead)
    at = now + later
    free = window.free_at(at, limit)
    assert free >= at
    assert window.used(free) < limit
    earlier = range(at // SECOND * SECOND, free // SECOND * SECOND, SECOND)
    assert all(window.used(max(at, instant)) >= limit for instant in earlier)


@given(steps)
def test_what_is_removed_was_never_there(moves: list[tuple[int, int]]) -> None:
    """A slot that is not used must return, or a day of pauses would eat the day's limit."""
    window, now = Window(SECOND, 60, AHEAD), NOON
    for pause, ahead in moves:
        now += pause
        window = window.add(now + ahead)
        with_one_more = window.add(now + ahead)
        assert with_one_more.remove(now + ahead).used(now + ahead) == window.used(now + ahead)


def test_giving_back_a_slot_that_has_left_changes_nothing() -> None:
    """A late return must not free capacity that other messages are using."""
    window = Window(SECOND, 60).add(NOON).add(NOON + 2 * MINUTE)
    assert window.remove(NOON) == window
    assert window.remove(NOON + 10 * MINUTE) == window


def test_the_minute_is_free_again_as_its_oldest_leaves() -> None:
    """The Gate must name the moment at which the next message may go, not a guess."""
    window = Window(SECOND, 60)
    for second in range(3):
        window = window.add(NOON + second * SECOND)
    assert window.free_at(NOON + 10 * SECOND, 3) == NOON + 61 * SECOND
    assert window.free_at(NOON + 10 * SECOND, 4) == NOON + 10 * SECOND
