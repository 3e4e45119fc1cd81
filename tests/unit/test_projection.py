"""Counting by the hour is exact: however often, in whatever cuts and with whatever failures records are delivered."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.application.ports.changes import Change
from chalicelib.application.projection import Projection
from chalicelib.domain.rollup import LAG, LAG_TOTAL, RETRIES, summed
from chalicelib.domain.values import HOUR
from tests.contract import samples
from tests.fakes.fan_out import sequential
from tests.fakes.journal import FakeJournal
from tests.fakes.rollups import FakeChanges, FakeDeadRecords, FakeRollups
from tests.unit.test_rollup import later

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.ports.changes import Record
    from chalicelib.domain.intent import Intent

SHARDS = ("shardId-a", "shardId-b")
# Numbers of real shards differ in length; as text, the longer one would often come first.
FIRST_SEQ = 10**21 - 5
LIVES = list(samples.STEPS.values())
record = FakeChanges.record


class Counting:
    """A projection on fakes."""

    def __init__(self) -> None:
        self.rollups, self.dead_records, self.journal = FakeRollups(), FakeDeadRecords(), FakeJournal()
        self.projection = Projection(FakeChanges(), self.rollups, self.dead_records, sequential, self.journal)

    def deliver(self, shard: str, records: Sequence[Record], writes: int | None = None) -> None:
        """One batch; after so many ``writes`` the table answers no more."""
        self.rollups.left = writes
        self.projection.work(shard, records)

    def total(self, subject: str = samples.ORGANIZATION) -> Counter[str]:
        """How often what happened to a subject, whatever the reason."""
        counts = summed(rollup.counts for rollup in self.rollups.since(subject, 0))
        total: Counter[str] = Counter()
        for (what, _), count in counts.items():
            total[what] += count
        return total


@st.composite
def written(draw: st.DrawFn) -> tuple[list[Intent], dict[str, list[Record]]]:
    """Some lives, each on the shard of its key, and the records of their writes: of one event or more each."""
    steps = draw(st.lists(st.sampled_from(LIVES), min_size=1, max_size=6))
    lives = [later(make(), draw(st.integers(0, 3)) * HOUR) for make in steps]
    shards: dict[str, list[Record]] = {}
    for number, life in enumerate(lives):
        cuts = sorted({life.version, *draw(st.sets(st.integers(1, life.version)))})
        queue = shards.setdefault(SHARDS[number % len(SHARDS)], [])
        for before, after in zip([0, *cuts], cuts, strict=False):
            state = replace(life, timeline=life.timeline[:after])
            seq = FIRST_SEQ + len(queue)
            queue.append(record(Change(seq, state, before), f"event-{seq}"))
    return lives, shards


def happened(lives: Sequence[Intent]) -> Counter[str]:
    """The truth: every event of every life once."""
    return Counter(str(event.type) for life in lives for event in life.timeline)


def events_of(total: Counter[str]) -> Counter[str]:
    """Totals without those figures that are no events."""
    return Counter({what: count for what, count in total.items() if what not in {RETRIES, LAG, LAG_TOTAL}})


@settings(max_examples=50)
@given(written(), st.data())
def test_however_records_are_delivered_each_event_is_counted_once(
    history: tuple[list[Intent], dict[str, list[Record]]], data: st.DataObject
) -> None:
    """Figures that a redelivery inflates, or a failure between two writes halves, are worse than none."""
    lives, shards = history
    counting = Counting()
    for shard, records in shards.items():
        done = 0
        while done < len(records):
            size = data.draw(st.integers(1, len(records) - done))
            # A batch may begin with what was delivered before: all of it, or its end.
            batch = records[data.draw(st.integers(0, done)) : done + size]
            with suppress(TimeoutError):  # the table stops answering between two writes
                counting.deliver(shard, batch, writes=data.draw(st.integers(0, 4)))
            # What failed comes back whole, or in halves as Lambda bisects it.
            half = data.draw(st.integers(0, len(batch)))
            for part in (batch[:half], batch[half:]):
                counting.deliver(shard, part)
            done += size
        again = data.draw(st.integers(0, len(records)))
        counting.deliver(shard, records[:again])
    assert events_of(counting.total()) == happened(lives)
    assert counting.dead_records.parked == []


def test_records_out_of_a_batchs_order_are_all_counted() -> None:
    """A batch that is not sorted would lose all but its latest records."""
    lives = [samples.sent(number) for number in (1, 2, 3)]
    records = [record(Change(number, life, 0)) for number, life in enumerate(lives, start=1)]
    counting = Counting()
    counting.deliver(SHARDS[0], [records[2], records[0], records[1], records[2]])
    assert events_of(counting.total()) == happened(lives)


def test_shards_are_counted_apart_and_summed() -> None:
    """After a shard splits, its children's numbers say nothing about the parent's: half of an hour would be skipped."""
    lives = [samples.sent(1), samples.sent(2)]
    counting = Counting()
    counting.deliver(SHARDS[0], [record(Change(100, lives[0], 0))])
    counting.deliver(SHARDS[1], [record(Change(5, lives[1], 0))])
    assert counting.total(samples.INSTANCE)["sent"] == 2
    assert {rollup.shard for rollup in counting.rollups.since(samples.INSTANCE, 0)} == set(SHARDS)


def test_a_poison_record_is_parked_and_its_neighbours_are_counted() -> None:
    """One record nobody can read would stop all counting for a day, or vanish without a trace."""
    lives = [samples.sent(1), samples.sent(2)]
    counting = Counting()
    batch = [record(Change(1, lives[0], 0)), {"name": "poison"}, record(Change(3, lives[1], 0))]
    counting.deliver(SHARDS[0], batch)
    assert events_of(counting.total()) == happened(lives)
    [(shard, name)] = counting.dead_records.parked
    assert (shard, name.event_id) == (SHARDS[0], "poison")
    [(what, facts)] = counting.journal.notes
    assert (what, facts["event_id"]) == ("counting a change failed", "poison")
    assert counting.journal.counts == {"record_not_counted": 1}


def test_a_record_that_cannot_be_parked_is_delivered_again() -> None:
    """It would be lost with nobody told, or the others be counted twice when it comes back."""
    counting = Counting()
    batch = [record(Change(1, samples.sent(), 0)), {"name": "poison"}]
    counting.dead_records.broken = True
    with pytest.raises(TimeoutError):
        counting.deliver(SHARDS[0], batch)
    counting.dead_records.broken = False
    counting.deliver(SHARDS[0], batch)
    assert events_of(counting.total()) == happened([samples.sent()])
    assert len(counting.dead_records.parked) == 1


def test_what_is_no_change_of_an_intent_writes_nothing() -> None:
    """The rollups' own writes would be counted, and written, and counted."""
    counting = Counting()
    moved = samples.deferred()
    counting.deliver(SHARDS[0], [record(None), record(Change(2, moved, moved.version))])
    assert counting.rollups.stored == {}
