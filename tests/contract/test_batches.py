"""Batches: found again by whoever asks, and by whoever must see to what is not decided yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.batch import FIRST_LOOK, LARGEST, Batch, batch_of
from chalicelib.domain.intent import fold
from tests.contract import samples
from tests.contract.conftest import dynamo_intents
from tests.contract.samples import ORGANIZATION, an_id
from tests.contract.test_item_sizes import ONE_WRITE_UNIT, size, the_item
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Table
    from chalicelib.domain.intent import Intent
    from tests.contract.conftest import Store


def a_batch(number: int = 1) -> Batch:
    """A batch that was never stored."""
    return Batch(an_id("bat", number), ORGANIZATION, 1_000, "f" * 32, NOON)


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


def the_last(step: str) -> Intent:
    """The last intent of a large batch, at some step of its way."""
    alone = samples.STEPS[step]()
    accepted, *others = alone.timeline
    blank = replace(samples.pending(), timeline=())
    return fold(blank, [replace(accepted, data={"index": LARGEST - 1}), *others])


# An attempt that nobody answered is rare, and what is known of it long: with the index it is some bytes too many.
@pytest.mark.parametrize("step", [step for step in samples.STEPS if step != "unconfirmed"])
def test_an_intent_of_a_batch_knows_it_in_one_write_unit(table: Table, step: str) -> None:
    """Each status change of whatever is handed in together would cost double."""
    intent = the_last(step)
    intent = replace(intent, request=replace(intent.request, external_id="order-123456"))
    dynamo_intents(table).create(intent)
    stored = dynamo_intents(table).get(intent.id)
    assert stored is not None
    assert stored.batch_id == batch_of(intent.id, LARGEST - 1)
    assert size(the_item(table, f"INTENT#{intent.id}", "INTENT")) <= ONE_WRITE_UNIT


def test_an_undecided_intent_of_a_batch_has_no_entry_in_the_wake_index(table: Table) -> None:
    """A thousand messages would be woken one by one beside the look at their batch, for two write units each."""
    intent = the_last("pending")
    dynamo_intents(table).create(intent)
    assert intent.alarm is None
    assert "wake_pk" not in the_item(table, f"INTENT#{intent.id}", "INTENT")
