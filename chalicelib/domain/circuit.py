"""A number that says it is connected and refuses sends: for how long its word is not taken, longer every time."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.values import MINUTE

# How long it stays open, by how often in a row sends were refused: at first only until the provider is asked again.
LASTS = tuple(minutes * MINUTE for minutes in (0, 0, 1, 2, 4, 8, 15, 30, 60, 120, 240))


@dataclass(frozen=True, slots=True)
class Circuit:
    """How often in a row a number refused sends.

    Attributes:
        times: How often, without a confirmed send in between.
        opened_at: When it did so last, ms.
    """

    times: int = 0
    opened_at: int = 0

    @property
    def until(self) -> int:
        """Until when "connected" is not believed, ms."""
        return self.opened_at + LASTS[min(self.times, len(LASTS) - 1)]

    def is_open(self, at: int) -> bool:
        """Whether "connected" is not believed at ``at`` (ms)."""
        return at < self.until

    def opened(self, now: int) -> Circuit:
        """After sends were refused once more."""
        return Circuit(self.times + 1, now)


# A number whose last send was confirmed, or that has not sent anything yet.
CLOSED = Circuit()
