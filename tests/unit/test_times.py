"""Times in words: read in a hurry, by people in their own zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND
from chalicelib.entrypoints.web.words.times import Times

# 2026-11-25 14:03:12 in São Paulo.
NOW = round(datetime(2026, 11, 25, 17, 3, 12, tzinfo=UTC).timestamp() * SECOND)


def times(decimal: str = ".", zone: str = "America/Sao_Paulo", now: int = NOW) -> Times:
    """Tells times in English, at one moment of a November afternoon."""
    return Times(str, decimal, zone, now)


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (-5 * SECOND, "just now"),
        (SECOND, "just now"),
        (40 * SECOND, "40 s ago"),
        (2 * MINUTE, "2 min ago"),
        (47 * HOUR, "47 h ago"),
        (3 * DAY, "3 days ago"),
    ],
)
def test_ages(past: int, said: str) -> None:
    """How old a claim is decides whether it is believed; a clock that is ahead must not show a negative age."""
    assert times().ago(NOW - past) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "14:03:12"),
        (NOW - 14 * HOUR, "00:03:12"),
        (NOW - 15 * HOUR, "yesterday 23:03"),
        (NOW + 18 * HOUR, "tomorrow 08:03"),
        (NOW + 11 * DAY, "6 Dec 14:03"),
        (NOW - 365 * DAY, "25 Nov 2025 14:03"),
    ],
)
def test_moments(at: int, said: str) -> None:
    """An "until 08:03" without "tomorrow" sends an operator home believing that something is stuck."""
    assert times().moment(at) == said


def test_days_are_those_of_the_organization() -> None:
    """An evening in São Paulo is a new day in UTC: counts of "today" would start at nine at night."""
    evening = NOW + 9 * HOUR
    assert times(now=evening).moment(NOW) == "14:03:12"
    assert times(now=evening).day_began_at() == times().day_began_at() == NOW - 14 * HOUR - 3 * MINUTE - 12 * SECOND


@pytest.mark.parametrize(
    ("lasts", "said"),
    [
        (-1, "0 ms"),
        (412, "412 ms"),
        (3_149, "3,1 s"),
        (62 * SECOND, "62 s"),
        (145 * SECOND, "2 min 25 s"),
        (10 * MINUTE, "10 min"),
        (190 * MINUTE, "3 h 10 min"),
        (50 * HOUR, "2 days"),
    ],
)
def test_spans(lasts: int, said: str) -> None:
    """How long something waited is told in two units at most, with the reader's own decimal mark."""
    assert times(decimal=",").span(lasts) == said


def test_numbers_have_their_thousands_apart() -> None:
    """1.284 is one thing in Brazil and another in England."""
    assert (times(",").number(1284), times(".").number(1284)) == ("1.284", "1,284")


@given(
    st.integers(0, 4_000_000_000_000), st.sampled_from(["America/Sao_Paulo", "Europe/Lisbon", "Asia/Kolkata", "UTC"])
)
def test_every_instant_can_be_told(at: int, zone: str) -> None:
    """An instant that cannot be told takes its whole page with it."""
    teller = times(zone=zone)
    assert all((teller.ago(at), teller.moment(at), teller.exact(at)))
    assert datetime.fromisoformat(teller.iso(at)).timestamp() * SECOND == pytest.approx(at)
