"""The hours in which people are left alone, in somebody's time zone, daylight saving included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.values import MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY_MINUTES = 24 * 60


class QuietZone(StrEnum):
    """In whose time zone the hours are meant."""

    ORGANIZATION = "organization"
    RECIPIENT = "recipient"


class QuietScope(StrEnum):
    """What rests: campaigns and marketing, or everything; replies never do."""

    CAMPAIGNS = "campaigns"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A span of each day; it may reach over midnight.

    Attributes:
        start: Its first minute, counted from midnight (21:00 is 1,260).
        end: The first minute after it.
        zone: In whose time zone.
        scope: What rests.
    """

    start: int
    end: int
    zone: QuietZone = QuietZone.ORGANIZATION
    scope: QuietScope = QuietScope.CAMPAIGNS

    def __post_init__(self) -> None:
        """Refuse hours that never begin or never end."""
        if not (0 <= self.start < _DAY_MINUTES and 0 <= self.end < _DAY_MINUTES):
            raise InvalidInput("quiet hours are minutes of a day, 0 to 1,439", "/policy/quiet")
        if self.start == self.end:
            raise InvalidInput("quiet hours must begin and end at different minutes", "/policy/quiet")

    def holds(self, at: int, zone: str) -> bool:
        """Whether it is quiet at ``at`` (ms) in an IANA zone."""
        local = _local(at, zone)
        minute = local.hour * 60 + local.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def ends(self, at: int, zone: str) -> int:
        """The first instant (ms), not before ``at``, at which it is not quiet."""
        return self._turns(self.end, at, zone, quiet=False)

    def begins(self, at: int, zone: str) -> int:
        """The first instant (ms), not before ``at``, at which it is quiet."""
        return self._turns(self.start, at, zone, quiet=True)

    def _turns(self, minute: int, at: int, zone: str, *, quiet: bool) -> int:
        """The first instant from ``at`` on at which it is (not) quiet: at that minute of the day, as clocks show it."""
        if self.holds(at, zone) is quiet:
            return at
        turns = next(
            instant for instant in _shown_at(minute, at, zone) if instant > at and self.holds(instant, zone) is quiet
        )
        # Where clocks were put forward over that minute, it turned at the minute they were put forward to.
        while turns - MINUTE > at and self.holds(turns - MINUTE, zone) is quiet:
            turns -= MINUTE
        return turns


def _shown_at(minute: int, at: int, zone: str) -> Iterator[int]:
    """Instants (ms) of the next days at which clocks show a minute of the day: twice where they are put back."""
    midnight = _local(at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    for days in range(4):
        shown = midnight.replace(hour=minute // 60, minute=minute % 60) + timedelta(days=days)
        yield from sorted({int(shown.replace(fold=fold).timestamp() * SECOND) for fold in (0, 1)})


def _local(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at / SECOND, UTC).astimezone(_zone(zone))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
