"""Time as a port, so that a test or a simulation decides what the time is."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> int:
        """Wall-clock milliseconds since the Unix epoch."""

    def monotonic(self) -> float:
        """Seconds on a clock that never jumps; only differences mean anything."""

    def sleep(self, seconds: float) -> None:
        """Wait; only for short, bounded pauses such as jitter under contention."""
