"""A stop by hand, of an organization or of one instance."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.values import DAY

LONGEST = 90 * DAY


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


def require_in_reach(until: int, now: int) -> None:
    """Refuse an end (ms) that is over at ``now`` (ms) or further away than anybody means.

    Raises:
        InvalidInput: It is.
    """
    if not 0 < until - now <= LONGEST:
        raise InvalidInput("until must be in the future and at most 90 days ahead.", "/until")
