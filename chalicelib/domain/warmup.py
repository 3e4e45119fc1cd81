"""How a new number starts: few messages a day, a little more each day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.values import DAY

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.policy import Policy

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


@dataclass(frozen=True, slots=True)
class WarmUpDay:
    """Where a number stands in its warm-up.

    Attributes:
        day: Which day it is, 1 for the first; that also before its first connection.
        days: How many there are.
        messages: Messages in any 24 h on that day.
        new_contacts: People written to for the first time in any 24 h.
        ends_at: When it is over, ms; ``None`` before its first connection.
    """

    day: int
    days: int
    messages: int
    new_contacts: int
    ends_at: int | None


def warmup_day(policy: Policy, instance: Instance, at: int) -> WarmUpDay | None:
    """Where a number stands in its warm-up at ``at`` (ms); ``None`` for one that needs none, or none any more."""
    warmup, age = policy.warmup, instance.warmup_age(at)
    day = warmup.day(age) if warmup else None
    if warmup is None or day is None:
        return None
    ends_at = instance.warmup_at + warmup.days * DAY if instance.warmup_at else None
    return WarmUpDay(day, warmup.days, policy.day_limit(age), warmup.new_contacts, ends_at)
