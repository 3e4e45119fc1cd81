"""The bench itself: which rows run, what is said of them, and what later programs read."""

from __future__ import annotations

import pytest

from tests.bench.__main__ import entry, line
from tests.bench.metric import Metric, Row

UNITS = Metric("wru_blocked", "units", 3)
EFFICIENCY = Metric("executor_efficiency", "share", 0.9, better="higher")
STORAGE = Metric("usd_storage", "USD", None)


@pytest.mark.parametrize(
    ("metric", "value", "verdict"),
    [
        (UNITS, 3, "pass"),
        (UNITS, 3.01, "FAIL"),
        (EFFICIENCY, 0.9, "pass"),
        (EFFICIENCY, 0.89, "FAIL"),
        (STORAGE, 1_000, "1000 USD"),
    ],
)
def test_a_goal_is_met_or_missed_from_the_right_side(metric: Metric, value: float, verdict: str) -> None:
    """A figure that got worse would be shown as a success."""
    assert line(metric, value).endswith(verdict)


@pytest.mark.parametrize(
    ("words", "chosen"),
    [([], True), (["wru"], True), (["gate", "usd"], True), (["gate"], False), (["wru_sent"], False)],
)
def test_rows_are_chosen_by_any_part_of_any_of_their_names(words: list[str], chosen: bool) -> None:  # noqa: FBT001 - a table's column
    """Who wants one figure would wait for all of them, or not get it."""
    assert Row((UNITS, STORAGE), lambda: iter(())).chosen_by(words) is chosen


def test_the_file_says_what_the_table_says() -> None:
    """Who compares two runs would compare other figures than people see."""
    assert entry(EFFICIENCY, 0.95) == {
        "metric": "executor_efficiency",
        "value": 0.95,
        "unit": "share",
        "goal": 0.9,
        "better": "higher",
    }
