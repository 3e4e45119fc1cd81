"""The hours in which people are left alone, in somebody's time zone, daylight saving included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.values import MINUTE, SECOND

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
        for name, minute in (("start", self.start), ("end", self.end)):
            if not 0 <= minute < _DAY_MINUTES:
                raise InvalidInput("quiet hours are minutes of a day, 0 to 1,439", f"/policy/quiet/{name}")
        if self.start == self.end:
            raise InvalidInput("quiet hours must begin and end at different minutes", "/policy/quiet/end")

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
        local, began = _local(at, zone), at - at % MINUTE
        turns = began + (minute - local.hour * 60 - local.minute) % _DAY_MINUTES * MINUTE
        if _local(turns, zone).utcoffset() == local.utcoffset():
            return turns
        # Clocks are put forward or back before then: over that minute, to before it, or past it once more.
        minutes = count(began + MINUTE, MINUTE)
        return next(instant for instant in minutes if self.holds(instant, zone) is quiet)


def _local(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at / SECOND, UTC).astimezone(_zone(zone))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
