"""A stop by hand, of an organization or of one instance."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing may leave while it lasts.

    Attributes:
        by: The actor who paused.
        reason: Why, in that person's words.
        at: When it was written, ms.
        until: When it ends by itself, ms; ``None`` when somebody has to resume.
    """

    by: str
    reason: str
    at: int
    until: int | None = None

    def holds(self, now: int) -> bool:
        """Whether it still lasts at ``now`` (ms)."""
        return self.until is None or now < self.until
