"""A journal that remembers."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.application.ports.journal import Labels, Metric


class FakeJournal:
    """Notes and metrics, for asserting.

    ``counts[name]`` is a counter's sum and ``measured[name]`` are durations in the order they came (ms), whatever their
    dimensions; ``observed[name, labels]`` has either, each combination of dimensions by itself.
    """

    def __init__(self) -> None:
        self.notes: list[tuple[str, dict[str, str | int | None]]] = []
        self.counts: Counter[str] = Counter()
        self.measured: defaultdict[str, list[int]] = defaultdict(list)
        self.observed: dict[tuple[str, Labels], list[int]] = {}

    def note(self, what: str, **facts: str | int | None) -> None:
        """Remember."""
        self.notes.append((what, facts))

    def failure(self, what: str, **facts: str | int | None) -> None:
        """Remember."""
        self.notes.append((what, facts))

    def count(self, metric: Metric, value: int = 1, /, **dimensions: str) -> None:
        """Add."""
        self.counts[metric.name] += value
        self.observed.setdefault((metric.name, metric.labels(dimensions)), [0])[0] += value

    def measure(self, metric: Metric, value: int, /, **dimensions: str) -> None:
        """Remember."""
        self.measured[metric.name].append(value)
        self.observed.setdefault((metric.name, metric.labels(dimensions)), []).append(value)
