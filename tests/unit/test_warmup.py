"""The first days of a number: a little more each day, then its policy's own figures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.values import DAY
from chalicelib.domain.warmup import WarmUp

WARMUP = WarmUp(days=10, first_day=15, growth=180, new_contacts=5)


def test_each_day_allows_more_than_the_day_before() -> None:
    """A number that starts at full speed is banned in its first week."""
    limits = [WARMUP.day_limit(day * DAY) for day in range(11)]
    assert limits == [15, 27, 48, 86, 154, 277, 498, 896, 1612, 2901, None]
    assert WARMUP.day_limit(3 * DAY - 1) == 48


def test_a_number_that_was_never_connected_is_in_its_first_day() -> None:
    """Clocks that disagree by a moment would leave a new number without a limit."""
    assert WARMUP.day_limit(0) == WARMUP.day_limit(-1) == 15
    assert WARMUP.day(-1) == WARMUP.day(0) == 1


def test_the_day_is_told_as_people_count() -> None:
    """The panel would tell "day 0 of 10" and, on the last day, that it is over."""
    assert [WARMUP.day(age) for age in (DAY - 1, DAY, 10 * DAY - 1, 10 * DAY)] == [1, 2, 10, None]


@given(age=st.integers(0, 100 * DAY), growth=st.integers(100, 1_000), days=st.integers(1, 60))
def test_the_policy_is_never_exceeded_and_the_warm_up_never_shrinks(age: int, growth: int, days: int) -> None:
    """A warm-up that grew past the policy's own limit would undo it."""
    policy = replace(CONSERVATIVE, warmup=replace(WARMUP, growth=growth, days=days))
    today, tomorrow = policy.day_limit(age), policy.day_limit(age + DAY)
    assert 15 <= today <= tomorrow <= policy.per_day
    assert policy.day_limit(days * DAY) == policy.per_day
    assert policy.new_contact_limit(age) == (5 if age < days * DAY else None)


@pytest.mark.parametrize(
    ("name", "value"),
    [("days", 0), ("days", 61), ("first_day", 0), ("growth", 99), ("growth", 1_001), ("new_contacts", 0)],
)
def test_a_warm_up_that_is_none_is_refused_at_its_figure(name: str, value: int) -> None:
    """Somebody would be told that something is wrong with ten figures, and not with which."""
    with pytest.raises(InvalidInput) as refused:
        replace(WARMUP, **{name: value})
    assert refused.value.pointer == f"/policy/warmup/{name}"
