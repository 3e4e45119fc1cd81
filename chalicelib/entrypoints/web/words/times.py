"""Instants, spans and numbers as people speak of them, in their language and their organization's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND
from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from collections.abc import Callable

_MONTHS = (
    mark("Jan"),
    mark("Feb"),
    mark("Mar"),
    mark("Apr"),
    mark("May"),
    mark("Jun"),
    mark("Jul"),
    mark("Aug"),
    mark("Sep"),
    mark("Oct"),
    mark("Nov"),
    mark("Dec"),
)
_JUST_NOW = 2 * SECOND
# Up to here a span is told in seconds, then in minutes and seconds, in hours and minutes, in days and hours.
_IN_SECONDS, _IN_TENTHS = 90 * SECOND, 10 * SECOND


@dataclass(frozen=True, slots=True)
class Times:
    """Tells times at one moment.

    Attributes:
        gettext: Translates into the reader's language.
        decimal: The reader's decimal mark.
        zone: IANA name of the organization's time zone.
        now: The moment, ms.
    """

    gettext: Callable[[str], str]
    decimal: str
    zone: str
    now: int

    def ago(self, at: int) -> str:
        """How long ago an instant (ms) was, in one unit: "40 s ago"."""
        past = self.now - at
        if past < _JUST_NOW:
            return self.gettext("just now")
        for unit, size, message in (
            (MINUTE, SECOND, mark("%(count)s s ago")),
            (HOUR, MINUTE, mark("%(count)s min ago")),
            (2 * DAY, HOUR, mark("%(count)s h ago")),
        ):
            if past < unit:
                return self.gettext(message) % {"count": past // size}
        return self.gettext("%(count)s days ago") % {"count": past // DAY}

    def moment(self, at: int) -> str:
        """An instant (ms) near now: "14:03:12", "tomorrow 08:00", "26 Nov 14:03"."""
        local, today = self._local(at), self._local(self.now)
        days = (local.date() - today.date()).days
        clock = f"{local:%H:%M}"
        if days == 0:
            return f"{local:%H:%M:%S}"
        near = {1: mark("tomorrow %(time)s"), -1: mark("yesterday %(time)s")}
        if days in near:
            return self.gettext(near[days]) % {"time": clock}
        year = f" {local.year}" if local.year != today.year else ""
        return f"{local.day} {self.gettext(_MONTHS[local.month - 1])}{year} {clock}"

    def span(self, lasts: int) -> str:
        """A duration (ms) in at most two units: "412 ms", "3.1 s", "2 min 25 s"."""
        if lasts < SECOND:
            return f"{max(0, lasts)} ms"
        if lasts < _IN_TENTHS:
            return f"{lasts / SECOND:.1f} s".replace(".", self.decimal)
        if lasts < _IN_SECONDS:
            return f"{lasts // SECOND} s"
        if lasts < HOUR:
            return _two(lasts // MINUTE, "min", lasts % MINUTE // SECOND, "s")
        if lasts < 2 * DAY:
            return _two(lasts // HOUR, "h", lasts % HOUR // MINUTE, "min")
        return self.gettext("%(count)s days") % {"count": lasts // DAY}

    def exact(self, at: int) -> str:
        """An instant (ms) to the millisecond, in UTC."""
        return f"{datetime.fromtimestamp(at / SECOND, UTC):%Y-%m-%d %H:%M:%S}.{at % SECOND:03d} UTC"

    def iso(self, at: int) -> str:
        """An instant (ms) for machines: RFC 3339 in UTC."""
        return f"{datetime.fromtimestamp(at / SECOND, UTC):%Y-%m-%dT%H:%M:%S}.{at % SECOND:03d}Z"

    def local(self, at: int) -> str:
        """An instant (ms) as a ``datetime-local`` control has it, to the minute."""
        return f"{self._local(at):%Y-%m-%dT%H:%M}"

    def day_began_at(self) -> int:
        """When today began in the organization's time zone, ms."""
        midnight = self._local(self.now).replace(hour=0, minute=0, second=0, microsecond=0)
        return round(midnight.timestamp() * SECOND)

    def number(self, value: int) -> str:
        """A whole number with its thousands apart."""
        return f"{value:,}".replace(",", "." if self.decimal == "," else ",")

    def _local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / SECOND, ZoneInfo(self.zone))


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"
