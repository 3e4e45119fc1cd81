"""Leases: one send in flight per number, whoever works; one question to a provider at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.control import NO_CALLS, Lease
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.contract.conftest import Store

END = NOON + 30_000
LANE = LeaseKind.LANE


def _take(store: Store, instance_id: str, token: str, until: int, now: int) -> bool:
    return store.leases.take(LANE, instance_id, token, Lease(now, until, load=3)) is not None


def test_a_free_lane_is_taken_by_one(store: Store) -> None:
    """Two workers would send through one number at once and block each other until messages time out."""
    assert _take(store, samples.INSTANCE, "a", END, NOON)
    assert not _take(store, samples.INSTANCE, "b", END, NOON)
    assert not _take(store, samples.INSTANCE, "b", END, END)


def test_each_number_has_its_own_lane(store: Store) -> None:
    """One slow number would stop all the others."""
    assert _take(store, samples.INSTANCE, "a", END, NOON)
    assert _take(store, samples.an_id("ins", 2), "b", END, NOON)


def test_a_released_lane_is_free(store: Store) -> None:
    """A number could send one batch and then nothing until the lease ran out."""
    _take(store, samples.INSTANCE, "a", END, NOON)
    store.leases.release(LANE, samples.INSTANCE, "a")
    assert _take(store, samples.INSTANCE, "b", END, NOON)


def test_a_lease_that_ran_out_is_free(store: Store) -> None:
    """A worker that died would silence its number for ever."""
    _take(store, samples.INSTANCE, "a", END, NOON)
    assert _take(store, samples.INSTANCE, "b", END + 30_000, END + 1)
    assert not _take(store, samples.INSTANCE, "c", END + 60_000, END + 2)


def test_a_stale_holder_releases_nothing(store: Store) -> None:
    """A frozen worker that wakes up would open the lane under the feet of the one that has it now."""
    _take(store, samples.INSTANCE, "a", END, NOON)
    _take(store, samples.INSTANCE, "b", END + 30_000, END + 1)
    store.leases.release(LANE, samples.INSTANCE, "a")
    assert not _take(store, samples.INSTANCE, "c", END + 60_000, END + 2)


def test_releasing_a_free_lane_is_harmless(store: Store) -> None:
    """A clean-up after an error would be an error itself."""
    store.leases.release(LANE, samples.INSTANCE, "a")
    assert _take(store, samples.INSTANCE, "a", END, NOON)


def test_a_lease_tells_since_when_and_for_how_many(store: Store) -> None:
    """An operator who pauses a number would not know whether something is still on its way."""
    _take(store, samples.INSTANCE, "a", END, NOON)
    assert store.leases.held(LANE, [samples.INSTANCE, samples.an_id("ins", 2)]) == {
        samples.INSTANCE: Lease(NOON, END, 3)
    }
    store.leases.release(LANE, samples.INSTANCE, "a")
    assert store.leases.held(LANE, [samples.INSTANCE]) == {}


def test_kinds_of_leases_do_not_meet(store: Store) -> None:
    """A reader of the panel would hold up every send of the number."""
    assert _take(store, samples.INSTANCE, "a", END, NOON)
    assert store.leases.take(LeaseKind.PROBE, samples.INSTANCE, "b", Lease(NOON, END, 1))
    store.leases.release(LeaseKind.PROBE, samples.INSTANCE, "b")
    assert store.leases.held(LeaseKind.PROBE, [samples.INSTANCE]) == {}
    assert store.leases.held(LANE, [samples.INSTANCE]) == {samples.INSTANCE: Lease(NOON, END, 3)}


def test_leases_of_many_numbers_are_read_at_once(store: Store) -> None:
    """An organization with many numbers would be told that all is paused while the last ones still send."""
    names = [samples.an_id("ins", number) for number in range(110)]
    for name in names:
        _take(store, name, "a", END, NOON)
    assert store.leases.held(LANE, names) == dict.fromkeys(names, Lease(NOON, END, 3))


def test_what_left_under_a_lease_is_handed_on(store: Store) -> None:
    """Each batch would begin at once, and two batches in a row would break the pace that WhatsApp sees."""
    taken = store.leases.take(LANE, samples.INSTANCE, "a", Lease(NOON, END, 2))
    assert taken == Lease(NOON, END, 2)
    calls = NO_CALLS.add(NOON + 1).add(NOON + 2_001)
    store.leases.release(LANE, samples.INSTANCE, "a", calls)
    again = store.leases.take(LANE, samples.INSTANCE, "b", Lease(NOON + 3_000, END, 1))
    assert again == Lease(NOON + 3_000, END, 1, calls)


def test_who_vanished_may_have_called_until_the_end(store: Store) -> None:
    """Nobody knows what a killed worker has sent: to count nothing would let its number send too much."""
    before = NO_CALLS.add(NOON - 1_000)
    store.leases.take(LANE, samples.INSTANCE, "a", Lease(NOON - 2_000, NOON - 1_000, 1))
    store.leases.release(LANE, samples.INSTANCE, "a", before)
    store.leases.take(LANE, samples.INSTANCE, "b", Lease(NOON, END, 3))
    taken = store.leases.take(LANE, samples.INSTANCE, "c", Lease(END + 1, END + 30_000, 1))
    assert taken is not None
    assert taken.calls.last_at == END
    assert taken.calls.minute.used(END) == before.minute.used(END) + 3


def test_of_two_who_vanished_one_after_the_other_both_may_have_called(store: Store) -> None:
    """Of a machine that kills each worker only the last one would be counted: its number would send too much."""
    store.leases.take(LANE, samples.INSTANCE, "a", Lease(NOON, END, 3))
    store.leases.take(LANE, samples.INSTANCE, "b", Lease(END + 1, END + 20_000, 2))
    taken = store.leases.take(LANE, samples.INSTANCE, "c", Lease(END + 20_001, END + 40_000, 1))
    assert taken is not None
    assert (taken.calls.last_at, taken.calls.minute.used(END + 20_000)) == (END + 20_000, 5)


def test_a_pause_is_kept_after_who_vanished() -> None:
    """A killed worker may have sent a moment ago: the next message would follow at once, however slow the number is."""
    taken = Lease(END + 1, END + 30_000, 1).inherited(Lease(NOON, END, 1))
    assert taken.calls.free_at(END + 1, limit=10, pause=20_000) == END + 20_000
