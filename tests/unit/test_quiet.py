"""Quiet hours: nobody is woken, and nothing waits longer than it has to, whatever clocks do."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.quiet import QuietHours
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND

# Clocks change by an hour, by half an hour, at midnight, not at all, and between two odd offsets.
ZONES = (
    "America/New_York",
    "Europe/Lisbon",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "UTC",
)
NIGHT = QuietHours(21 * 60, 8 * 60)


def at(text: str, zone: str, fold: int = 0) -> int:
    """An instant as clocks show it, ms."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * SECOND)


def stepped(hours: QuietHours, instant: int, zone: str, *, quiet: bool) -> int:
    """The same answer, looked for minute by minute."""
    if hours.holds(instant, zone) is quiet:
        return instant
    steps = count(instant - instant % MINUTE + MINUTE, MINUTE)
    return next(one for one in steps if hours.holds(one, zone) is quiet)


def changes(zone: str) -> list[int]:
    """Days on which clocks are changed in 2017, 2018 and 2027 (São Paulo has stopped doing so in between), ms."""
    found = []
    for year in (2017, 2018, 2027):
        begin = int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * SECOND)
        for instant in range(begin, begin + 365 * DAY, DAY):
            ends = (instant, instant + DAY)
            before, after = (datetime.fromtimestamp(one / SECOND, ZoneInfo(zone)).utcoffset() for one in ends)
            if before != after:
                found.append(instant)
    return found


CHANGES = [(zone, instant) for zone in ZONES for instant in changes(zone) or [at("2027-06-01T12:00", zone)]]
minutes = st.integers(0, 24 * 60 - 1)
spans = st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: QuietHours(*pair))


@given(hours=spans, change=st.sampled_from(CHANGES), away=st.integers(-26 * HOUR, 50 * HOUR))
def test_the_first_instant_that_is_not_quiet(hours: QuietHours, change: tuple[str, int], away: int) -> None:
    """A campaign would wake people an hour early twice a year, or be kept back for a day."""
    zone, instant = change[0], change[1] + away
    assert hours.ends(instant, zone) == stepped(hours, instant, zone, quiet=False)
    assert hours.begins(instant, zone) == stepped(hours, instant, zone, quiet=True)


@pytest.mark.parametrize(
    ("hours", "zone", "seen", "ends"),
    [
        # Over midnight, on an ordinary day.
        (NIGHT, "America/Sao_Paulo", "2027-01-15T23:30", "2027-01-16T08:00"),
        (NIGHT, "America/Sao_Paulo", "2027-01-15T03:00:59.999", "2027-01-15T08:00"),
        # Put forward at two o'clock over the end of the quiet hours.
        (QuietHours(21 * 60, 150), "America/New_York", "2027-03-14T01:45", "2027-03-14T03:00"),
        # Half an hour forward.
        (QuietHours(60, 135), "Australia/Lord_Howe", "2027-10-03T01:59", "2027-10-03T02:30"),
        # Forward at midnight: the day begins at one.
        (QuietHours(22 * 60, 30), "America/Sao_Paulo", "2017-10-14T23:00", "2017-10-15T01:00"),
    ],
)
def test_clocks_put_forward(hours: QuietHours, zone: str, seen: str, ends: str) -> None:
    """Hours that end at a time which no clock shows that day would never end."""
    instant = datetime.fromisoformat(seen).replace(tzinfo=ZoneInfo(zone)).timestamp()
    assert hours.ends(int(instant * SECOND), zone) == at(ends, zone)


def test_clocks_put_back_end_a_quiet_hour_and_begin_it_again() -> None:
    """At two the clock says one again: what was quiet from half past one is not, for half an hour."""
    hours, zone = QuietHours(90, 8 * 60), "America/New_York"
    first, second = (at("2027-11-07T01:45", zone, fold) for fold in (0, 1))
    assert second - first == HOUR
    assert hours.ends(first, zone) == at("2027-11-07T01:00", zone, fold=1)
    assert hours.begins(at("2027-11-07T01:10", zone, fold=1), zone) == at("2027-11-07T01:30", zone, fold=1)
    assert hours.ends(second, zone) == at("2027-11-07T08:00", zone)


def test_an_instant_that_is_not_quiet_is_its_own_end() -> None:
    """A campaign in the middle of the day would wait until the next morning."""
    noon = at("2027-01-15T12:00:00.123", "America/Sao_Paulo")
    assert NIGHT.ends(noon, "America/Sao_Paulo") == noon
    assert NIGHT.begins(noon, "America/Sao_Paulo") == at("2027-01-15T21:00", "America/Sao_Paulo")


@pytest.mark.parametrize(("start", "end", "name"), [(-1, 60, "start"), (60, 1440, "end"), (60, 60, "end")])
def test_hours_that_never_begin_or_end_are_refused(start: int, end: int, name: str) -> None:
    """A campaign would wait for ever, and nobody is told why."""
    with pytest.raises(InvalidInput) as refused:
        QuietHours(start, end)
    assert refused.value.pointer == f"/policy/quiet/{name}"
