"""Batches: found again by whoever asks, and by whoever must see to what is not decided yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.batch import FIRST_LOOK, Batch
from tests.contract.samples import ORGANIZATION, an_id
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.contract.conftest import Store


def a_batch(number: int = 1) -> Batch:
    """A batch that was never stored."""
    return Batch(an_id("bat", number), ORGANIZATION, an_id("int", number), 1_000, "f" * 32, NOON)


def test_a_batch_comes_back_as_it_was_stored(store: Store) -> None:
    """Nobody could ask any more what became of a thousand messages."""
    batch = a_batch().armed(NOON)
    assert store.batches.get(batch.id) is None
    assert store.batches.create(batch) is None
    assert store.batches.get(batch.id) == replace(batch, version=1)


def test_the_first_one_stays(store: Store) -> None:
    """A key used for two requests would mix their messages up."""
    batch = a_batch()
    store.batches.create(batch)
    twin = replace(batch, fingerprint="0" * 32)
    assert store.batches.create(twin) == store.batches.get(batch.id) == replace(batch, version=1)


def test_a_write_is_based_on_what_was_read(store: Store) -> None:
    """An alarm would be switched off although somebody just stored more messages under it."""
    batch = a_batch()
    store.batches.create(batch)
    read = replace(batch, version=1)
    assert store.batches.save(read.armed(NOON))
    assert not store.batches.save(read.looked_at(NOON, undecided=False))
    stored = store.batches.get(batch.id)
    assert stored is not None
    assert (stored.look_at, stored.version) == (NOON + FIRST_LOOK, 2)


def test_due_alarms_are_found_longest_due_first(store: Store) -> None:
    """Messages of a request that broke off halfway would never be decided."""
    first, second, third, silent = (a_batch(number) for number in (1, 2, 3, 4))
    for batch, at in ((first, NOON + 2), (second, NOON), (third, NOON + 60_000)):
        store.batches.create(batch.armed(at))
    store.batches.create(silent)
    assert list(store.batches.due(NOON + FIRST_LOOK + 2, 10)) == [second.id, first.id]
    assert list(store.batches.due(NOON + FIRST_LOOK + 2, 1)) == [second.id]
    stored = store.batches.get(second.id)
    assert stored is not None
    store.batches.save(stored.looked_at(NOON, undecided=False))
    assert list(store.batches.due(NOON + FIRST_LOOK + 2, 10)) == [first.id]
