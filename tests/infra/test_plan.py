"""The plan of an organization, as whoever runs the house sets it."""

from __future__ import annotations

import argparse

import pytest

from infra.plan import per_day


@pytest.mark.parametrize(("text", "limit"), [("1", 1), ("5000", 5_000), ("none", None)])
def test_a_plan_is_a_number_or_none(text: str, limit: int | None) -> None:
    """A plan that cannot be lifted again would be for ever."""
    assert per_day(text) == limit


@pytest.mark.parametrize("text", ["0", "-1", "", "1.5", "²", "all"])
def test_anything_else_is_refused(text: str) -> None:
    """An organization would be stopped, or let loose, by a slip of the finger."""
    with pytest.raises(argparse.ArgumentTypeError, match="must be a number from 1 on, or none"):
        per_day(text)
