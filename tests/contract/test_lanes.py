"""Lanes: one send in flight per number, whoever works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.contract.conftest import Store

END = NOON + 30_000


def test_a_free_lane_is_taken_by_one(store: Store) -> None:
    """Two workers would send through one number at once and block each other until messages time out."""
    assert store.lanes.take(samples.INSTANCE, "a", END, NOON)
    assert not store.lanes.take(samples.INSTANCE, "b", END, NOON)
    assert not store.lanes.take(samples.INSTANCE, "b", END, END)


def test_each_number_has_its_own_lane(store: Store) -> None:
    """One slow number would stop all the others."""
    assert store.lanes.take(samples.INSTANCE, "a", END, NOON)
    assert store.lanes.take(samples.an_id("ins", 2), "b", END, NOON)


def test_a_released_lane_is_free(store: Store) -> None:
    """A number could send one batch and then nothing until the lease ran out."""
    store.lanes.take(samples.INSTANCE, "a", END, NOON)
    store.lanes.release(samples.INSTANCE, "a")
    assert store.lanes.take(samples.INSTANCE, "b", END, NOON)


def test_a_lease_that_ran_out_is_free(store: Store) -> None:
    """A worker that died would silence its number for ever."""
    store.lanes.take(samples.INSTANCE, "a", END, NOON)
    assert store.lanes.take(samples.INSTANCE, "b", END + 30_000, END + 1)
    assert not store.lanes.take(samples.INSTANCE, "c", END + 60_000, END + 2)


def test_a_stale_holder_releases_nothing(store: Store) -> None:
    """A frozen worker that wakes up would open the lane under the feet of the one that has it now."""
    store.lanes.take(samples.INSTANCE, "a", END, NOON)
    store.lanes.take(samples.INSTANCE, "b", END + 30_000, END + 1)
    store.lanes.release(samples.INSTANCE, "a")
    assert not store.lanes.take(samples.INSTANCE, "c", END + 60_000, END + 2)


def test_releasing_a_free_lane_is_harmless(store: Store) -> None:
    """A clean-up after an error would be an error itself."""
    store.lanes.release(samples.INSTANCE, "a")
    assert store.lanes.take(samples.INSTANCE, "a", END, NOON)
