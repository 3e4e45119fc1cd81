"""Instants that people fill in are told in their organization's time zone."""

from __future__ import annotations

import pytest

from chalicelib.entrypoints.web.moments import instant_of

SAO_PAULO = "America/Sao_Paulo"


def test_a_local_time_is_the_organizations() -> None:
    """A pause "until 18:00" would end three hours early: at 18:00 in Greenwich."""
    found = instant_of("2026-11-25T18:00", SAO_PAULO)
    assert found is not None
    assert found.isoformat() == "2026-11-25T18:00:00-03:00"


def test_a_time_that_a_clock_shows_twice_is_the_first() -> None:
    """Whoever asks for half past one in the night of the change must get one of the two, always the same."""
    found = instant_of("2026-10-25T01:30", "Europe/Lisbon")
    assert found is not None
    assert found.fold == 0


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01T00:00", "2026-11-25T18:00Z", "2026-11-25T18:00+02:00"])
def test_anything_else_is_no_instant(text: str) -> None:
    """A time that we would read otherwise than it was meant must be asked for again."""
    assert instant_of(text, SAO_PAULO) is None
