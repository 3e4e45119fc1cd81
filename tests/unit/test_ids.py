"""Identifiers: sorted by time, derived without collisions, and secrets that nobody guesses."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from chalicelib.adapters.ids import UlidIds

IDS = UlidIds()
PARTS = st.lists(st.text(max_size=12), max_size=4)


def test_a_new_id_is_a_prefix_and_a_ulid() -> None:
    """An id that other parts cannot read back would orphan receipts."""
    prefix, _, ulid = IDS.new("int").partition("_")
    assert prefix == "int"
    assert str(ULID.from_str(ulid)) == ulid


def test_ids_sort_by_time() -> None:
    """Lists would show messages in the wrong order."""
    before = IDS.new("int")
    time.sleep(0.003)
    assert before < IDS.new("int")


def test_new_ids_are_never_the_same() -> None:
    """Two messages would share one id, and the second would be taken for a repeat of the first."""
    assert len({IDS.new("int") for _ in range(1_000)}) == 1_000


@given(PARTS)
def test_the_same_parts_have_the_same_id(parts: list[str]) -> None:
    """A client that repeats a request with its idempotency key would send the message twice."""
    derived = IDS.derived("int", *parts)
    assert derived == UlidIds().derived("int", *parts)
    assert str(ULID.from_str(derived.removeprefix("int_"))) == derived.removeprefix("int_")


def test_a_derived_id_is_the_same_tomorrow() -> None:
    """After an update a repeated request would send its message a second time."""
    assert IDS.derived("int", "org_1", "pedido-7", "0") == "int_0GVMWFT4N9Y10AWMH1T27G4JVK"


@given(PARTS, PARTS)
def test_other_parts_have_another_id(one: list[str], other: list[str]) -> None:
    """One customer's request would be answered with another's message."""
    assert (IDS.derived("int", *one) == IDS.derived("int", *other)) == (one == other)


def test_parts_do_not_run_into_each_other() -> None:
    """A key chosen to look like another organization's would find that one's message."""
    assert IDS.derived("int", "org_1", "2x") != IDS.derived("int", "org_12", "x")
    assert IDS.derived("int", "ab", "") != IDS.derived("int", "", "ab")


def test_tokens_are_long_and_never_the_same() -> None:
    """Somebody could guess an API key."""
    tokens = {IDS.token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_draws_are_spread_over_the_unit_interval() -> None:
    """Retries of many workers would collide again and again."""
    draws = [IDS.draw() for _ in range(200)]
    assert all(0 <= draw < 1 for draw in draws)
    assert min(draws) < 0.25
    assert max(draws) > 0.75
