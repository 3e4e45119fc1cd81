"""A clock that stands still until it is told otherwise."""

from __future__ import annotations

NOON = 1_800_000_000_000


class FakeClock:
    """Time that a test moves: ``clock.advance(seconds)``."""

    def __init__(self, now: int = NOON) -> None:
        self._now = now

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return self._now

    def monotonic(self) -> float:
        """Seconds."""
        return self._now / 1000

    def sleep(self, seconds: float) -> None:
        """Sleeping moves the clock."""
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += round(seconds * 1000)
