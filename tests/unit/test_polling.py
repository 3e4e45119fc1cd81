"""How often the page that connects a number asks: quick while it matters, within a budget whatever is clicked."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.entrypoints.web.polling import poll_after

FIVE_MINUTES, BUDGET = 300, 60


@given(first=st.integers(0, 500), showing=st.lists(st.booleans(), min_size=200, max_size=200))
def test_any_five_minutes_stay_within_the_budget(first: int, showing: list[bool]) -> None:
    """Every poll asks the bridge and is paid for; a page left open, or started again and again, must not add up."""
    pauses = [poll_after(first + index, showing=shown) for index, shown in enumerate(showing)]
    polls = list(accumulate(pauses))
    busiest = max(sum(begin <= at <= begin + FIVE_MINUTES for at in polls) for begin in polls)
    assert busiest <= BUDGET


def test_a_scan_is_noticed_soon_after_the_code_appears() -> None:
    """Whoever has just scanned and sees nothing happen scans again."""
    assert max(poll_after(count, showing=True) for count in range(35)) <= 4


def test_what_nobody_waits_for_is_asked_about_slowly() -> None:
    """A bridge that is down for hours would be asked twenty times a minute."""
    assert min(poll_after(count, showing=False) for count in range(100)) == 10
