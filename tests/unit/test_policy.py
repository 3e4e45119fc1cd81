"""A policy that contradicts itself is refused where it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.policy import Policy
from chalicelib.domain.presets import CONSERVATIVE, MODERATE
from chalicelib.domain.values import DAY
from chalicelib.domain.warmup import WarmUp

OFF = Policy(per_minute=1, per_hour=1, per_day=1, min_interval=0, max_interval=0)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("per_minute", {"per_minute": 0}),
        ("per_hour", {"per_hour": 4}),
        ("per_day", {"per_day": 99}),
        ("min_interval", {"min_interval": -1}),
        ("max_interval", {"max_interval": 2_499}),
        ("min_interval", {"min_interval": 200_000, "max_interval": 200_000}),
        ("max_interval", {"max_interval": 3_600_001}),
        ("typing", {"typing": 999}),
        ("typing", {"typing": 4_001}),
        ("reply_share", {"reply_share": 51}),
        ("reply_share", {"reply_share": -1}),
        ("new_contacts", {"new_contacts": 0}),
        ("spacing", {"spacing": 30 * DAY + 1}),
        ("duplicate_window", {"duplicate_window": -1}),
        ("warmup/first_day", {"warmup": WarmUp(10, 801, 180, 5)}),
        ("warmup/new_contacts", {"new_contacts": 4}),
    ],
)
def test_a_contradiction_is_refused_at_its_figure(name: str, changes: dict[str, Any]) -> None:
    """A number would never send, or faster than anybody meant, and the form does not say which figure is wrong."""
    with pytest.raises(InvalidInput) as refused:
        replace(CONSERVATIVE, **changes)
    assert refused.value.pointer == f"/policy/{name}"


@pytest.mark.parametrize(
    "changes",
    [
        {"per_minute": 800, "per_hour": 800},
        {"min_interval": 0, "max_interval": 0, "typing": 0},
        {"min_interval": 108_000, "max_interval": 108_000},
        {"reply_share": 50},
        {"new_contacts": 5},
        {"spacing": 30 * DAY, "duplicate_window": 30 * DAY},
        {"warmup": WarmUp(60, 800, 100, 1)},
    ],
)
def test_the_edges_are_allowed(changes: dict[str, Any]) -> None:
    """A policy that somebody has good reasons for could not be saved."""
    assert replace(CONSERVATIVE, **changes) != CONSERVATIVE


def test_a_rule_that_is_off_limits_nothing() -> None:
    """An organization from before the rule existed would be throttled by an update."""
    assert OFF.day_limit(0) == 1
    assert OFF.new_contact_limit(0) is None
    assert replace(MODERATE, new_contacts=40).new_contact_limit(0) == 10
    assert replace(MODERATE, new_contacts=40).new_contact_limit(7 * DAY) == 40
