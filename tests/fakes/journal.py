"""A journal that remembers."""

from __future__ import annotations


class FakeJournal:
    """Notes and counts, for asserting."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, dict[str, str | int | None]]] = []
        self.counts: dict[str, int] = {}

    def note(self, what: str, **facts: str | int | None) -> None:
        """Remember."""
        self.notes.append((what, facts))

    def failure(self, what: str, **facts: str | int | None) -> None:
        """Remember."""
        self.notes.append((what, facts))

    def count(self, metric: str, value: int = 1) -> None:
        """Add."""
        self.counts[metric] = self.counts.get(metric, 0) + value
