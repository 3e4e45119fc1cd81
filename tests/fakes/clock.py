"""A clock that stands still until it is told otherwise."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

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


class WorkersClock:
    """One worker's clock beside everybody else's: seconds wrong, and its monotonic part stands still when frozen."""

    def __init__(self, clock: FakeClock, ahead: int = 0) -> None:
        """Create a clock that is so many ms ahead."""
        self._clock, self._ahead, self._frozen = clock, ahead, 0.0

    def now(self) -> int:
        """Milliseconds since the epoch, as this worker believes."""
        return self._clock.now() + self._ahead

    def monotonic(self) -> float:
        """Seconds that this worker lived through."""
        return self._clock.monotonic() - self._frozen

    def sleep(self, seconds: float) -> None:
        """Sleeping moves everybody's clock."""
        self._clock.sleep(seconds)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """This worker stands still while time passes for everybody else."""
        began = self._clock.monotonic()
        yield
        self._frozen += self._clock.monotonic() - began
