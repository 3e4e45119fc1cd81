"""One row of the bench: what is measured, in which unit, and how good is good enough.

Rows are added by a file in ``tests/bench/rows`` ::

    @row(Metric("gate_decide_us", "us", 100))
    def decide() -> Iterator[float]:
        yield median_of_many(...)

A function that measures several things at once names several metrics and yields as many values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Better = Literal["lower", "higher"]
Measure = Callable[[], Iterator[float]]


@dataclass(frozen=True)
class Metric:
    """What is measured.

    Attributes:
        name: As docs and bench.json call it.
        unit: Of its value and goal.
        goal: The worst value that is good enough; ``None`` for one that is only reported.
        better: Which way is up.
    """

    name: str
    unit: str
    goal: float | None
    better: Better = "lower"

    def met_by(self, value: float) -> bool:
        """Whether a value is good enough."""
        if self.goal is None:
            return True
        return value <= self.goal if self.better == "lower" else value >= self.goal


@dataclass(frozen=True)
class Row:
    """Metrics that are measured together."""

    metrics: tuple[Metric, ...]
    measure: Measure

    def chosen_by(self, words: list[str]) -> bool:
        """Whether one of the words is part of one of its names; every row is when there are none."""
        return not words or any(word in metric.name for word in words for metric in self.metrics)


ROWS: list[Row] = []


def row(*metrics: Metric) -> Callable[[Measure], Measure]:
    """Register a function that yields a value for each of ``metrics``, in order."""

    def register(measure: Measure) -> Measure:
        ROWS.append(Row(metrics, measure))
        return measure

    return register
