"""How a new number starts: few messages a day, a little more each day."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.values import DAY

LONGEST = 60
LARGEST_GROWTH = 1_000


@dataclass(frozen=True, slots=True)
class WarmUp:
    """The first days of a number, counted from its first connection.

    Attributes:
        days: How many days it lasts.
        first_day: Messages in any 24 h on the first day.
        growth: Percent of the day before that each day allows: 180 for 1.8 times as many.
        new_contacts: People written to for the first time in any 24 h while it lasts.
    """

    days: int
    first_day: int
    growth: int
    new_contacts: int

    def __post_init__(self) -> None:
        """Refuse a warm-up that is none."""
        if not 1 <= self.days <= LONGEST:
            raise InvalidInput("days must be from 1 to 60", "/policy/warmup/days")
        if self.first_day < 1:
            raise InvalidInput("first_day must be at least 1", "/policy/warmup/first_day")
        if not 100 <= self.growth <= LARGEST_GROWTH:  # noqa: PLR2004 - percent: less would shrink
            raise InvalidInput("growth must be from 100 to 1,000 percent", "/policy/warmup/growth")
        if self.new_contacts < 1:
            raise InvalidInput("new_contacts must be at least 1", "/policy/warmup/new_contacts")

    def lasts(self, age: int) -> bool:
        """Whether a number that first connected ``age`` ms ago still warms up."""
        return age < self.days * DAY

    def day(self, age: int) -> int | None:
        """Which of its days it is at that age (ms), 1 for the first; ``None`` once it is over."""
        return max(0, age) // DAY + 1 if self.lasts(age) else None

    def day_limit(self, age: int) -> int | None:
        """Messages in any 24 h at that age (ms); ``None`` once it is over."""
        day = self.day(age)
        if day is None:
            return None
        limit = self.first_day
        for _ in range(day - 1):
            limit = limit * self.growth // 100
        return limit
