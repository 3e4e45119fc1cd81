"""The hours' counters: written by whoever read last, and read back whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.dynamodb.rollups import DynamoRollups
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.rollup import Hour, Rollup, hour_of
from chalicelib.domain.values import HOUR
from tests.contract import samples
from tests.events.stream import SHARD
from tests.fakes.clock import NOON
from tests.fakes.rollups import FakeRollups

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Table
    from chalicelib.application.ports.rollups import Rollups

BEGAN = hour_of(NOON)
MINE, EVERYBODYS = Hour(samples.INSTANCE, BEGAN), Hour(samples.ORGANIZATION, BEGAN)
COUNTS = Counter({("accepted", ""): 7, ("queued", "RATE_LIMIT"): 2, ("queued", "QUIET_HOURS"): 1, ("lag", "1000"): 4})
# The longest that DynamoDB gives: more digits than its own numbers have.
LONGEST_SEQ = 10**40 - 1


@pytest.fixture(params=["fake", "dynamodb"])
def rollups(request: pytest.FixtureRequest) -> Rollups:
    """Rollups in a dictionary, then in the table."""
    return FakeRollups() if request.param == "fake" else DynamoRollups(request.getfixturevalue("table"))


def test_a_rollup_comes_back_as_it_was_stored(rollups: Rollups) -> None:
    """Counts would change by being kept, or a record be added again because its number was rounded."""
    first = Rollup(MINE, SHARD, LONGEST_SEQ - 1, COUNTS)
    rollups.save(first)
    assert rollups.get_many(SHARD, [MINE, EVERYBODYS]) == {MINE: first.stored()}
    second = replace(first.stored(), last_seq=LONGEST_SEQ, counts=COUNTS + COUNTS)
    rollups.save(second)
    assert rollups.get_many(SHARD, [MINE]) == {MINE: second.stored()}


@pytest.mark.parametrize(
    "counts", [Counter({("sent", ""): 1}), Counter({("sent", ""): 1, ("sent", "X"): 2}), Counter()]
)
def test_counts_with_and_without_reasons_come_back(rollups: Rollups, counts: Counter[tuple[str, str]]) -> None:
    """What has no reason would be taken for a reason, or lost beside those that have one."""
    rollups.save(Rollup(MINE, SHARD, 1, counts))
    [stored] = rollups.since(samples.INSTANCE, BEGAN)
    assert stored.counts == counts


def test_a_write_is_based_on_what_was_read(rollups: Rollups) -> None:
    """A worker that woke up late would overwrite what another one counted meanwhile."""
    rollups.save(Rollup(MINE, SHARD, 1, COUNTS))
    with pytest.raises(VersionConflict):
        rollups.save(Rollup(MINE, SHARD, 2, COUNTS))
    rollups.save(Rollup(MINE, SHARD, 2, COUNTS, version=1))
    with pytest.raises(VersionConflict):
        rollups.save(Rollup(MINE, SHARD, 3, COUNTS, version=1))
    assert rollups.get_many(SHARD, [MINE])[MINE].last_seq == 2


def test_shards_do_not_meet(rollups: Rollups) -> None:
    """One shard's latest number would hide another shard's records."""
    rollups.save(Rollup(MINE, SHARD, 9, COUNTS))
    assert rollups.get_many(f"{SHARD}-child", [MINE]) == {}
    rollups.save(Rollup(MINE, f"{SHARD}-child", 5, COUNTS))
    assert {one.shard for one in rollups.since(samples.INSTANCE, BEGAN)} == {SHARD, f"{SHARD}-child"}


def test_hours_are_found_from_one_on(rollups: Rollups) -> None:
    """The last day would show a week, or miss the hour it begins with, or show another customer's messages."""
    for late in range(-1, 3):
        rollups.save(Rollup(Hour(samples.INSTANCE, BEGAN + late * HOUR), SHARD, 1, COUNTS))
    rollups.save(Rollup(EVERYBODYS, SHARD, 1, COUNTS))
    found = rollups.since(samples.INSTANCE, BEGAN)
    assert sorted(one.hour.began_at for one in found) == [BEGAN, BEGAN + HOUR, BEGAN + 2 * HOUR]
    assert {one.hour.subject for one in found} == {samples.INSTANCE}
    assert list(rollups.since(samples.ANOTHER_ORGANIZATION, BEGAN)) == []


def test_a_years_hours_are_kept_and_no_more(table: Table) -> None:
    """The same month of last year could not be looked up, or the table would grow for ever."""
    DynamoRollups(table).save(Rollup(MINE, SHARD, 1, COUNTS))
    [item] = table.query("pk = :pk", {":pk": f"ROLLUP#{samples.INSTANCE}"})
    assert int(item["ttl"]) * 1_000 == BEGAN + 400 * 24 * HOUR
