"""What operators can read later: one line per thing worth knowing, and counters."""

from __future__ import annotations

from typing import Protocol


class Journal(Protocol):
    """Writes structured lines and counts. Never content, phones or secrets: ids and codes only."""

    def note(self, what: str, **facts: str | int | None) -> None:
        """Write one line."""

    def failure(self, what: str, **facts: str | int | None) -> None:
        """Write one line with the exception that is being handled."""

    def count(self, metric: str, value: int = 1) -> None:
        """Add to a counter."""
