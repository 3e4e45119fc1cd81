"""What operators can read later: one line per thing worth knowing, and metrics."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

# A dimension's value that is not in its list: what another version of the code knows, never an id.
OTHER = "OTHER"

Labels = tuple[tuple[str, str], ...]


class Unit(StrEnum):
    """What a metric's values are, in CloudWatch's words."""

    COUNT = "Count"
    MILLISECONDS = "Milliseconds"


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """Something that is counted or measured; ``application/telemetry.py`` lists them all.

    Attributes:
        name: What dashboard, alarms and docs call it.
        unit: Counts are added up over an invocation, durations are kept one by one.
        dimensions: Each dimension's closed list of values: every combination that occurs is billed as a metric.
    """

    name: str
    unit: Unit = Unit.COUNT
    dimensions: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def labels(self, given: Mapping[str, str]) -> Labels:
        """Every dimension with its value; one that is missing or in no list is ``OTHER``."""
        found = ((name, given.get(name, OTHER), known) for name, known in self.dimensions.items())
        return tuple((name, str(value) if value in known else OTHER) for name, value, known in found)


class Journal(Protocol):
    """Writes structured lines and metrics. Never content, phones or secrets: ids and codes only."""

    def note(self, what: str, **facts: str | int | None) -> None:
        """Write one line."""

    def failure(self, what: str, **facts: str | int | None) -> None:
        """Write one line with the exception that is being handled."""

    def count(self, metric: Metric, value: int = 1, /, **dimensions: str) -> None:
        """Add to a counter."""

    def measure(self, metric: Metric, value: int, /, **dimensions: str) -> None:
        """Keep one duration, ms."""
