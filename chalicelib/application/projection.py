"""Counts by the hour what the table's stream tells, exactly: whatever is delivered twice is added once.

Records of one shard come in order, the first time. Each rollup knows the latest record that it has of its shard, and
adds only later ones; so a batch may be repeated, whole or in part, and may end between two of its writes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.application.telemetry import RECORD_NOT_COUNTED
from chalicelib.domain.rollup import Rollup, additions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.ports.changes import Changes, Record
    from chalicelib.application.ports.dead_records import DeadRecords
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.rollups import Rollups
    from chalicelib.domain.rollup import Counts, Hour

    # What each record adds to an hour, by its sequence number.
    News = defaultdict[Hour, dict[int, Counts]]


@dataclass(frozen=True, slots=True)
class Projection:
    """Keeps the rollups."""

    changes: Changes
    rollups: Rollups
    dead_records: DeadRecords
    fan_out: FanOut
    journal: Journal

    def work(self, shard: str, records: Sequence[Record]) -> None:
        """Count a batch of one shard. A record that cannot be counted is parked, and the others are counted.

        Raises:
            Exception: Something could not be written: the whole batch is to be delivered again.
        """
        news: News = defaultdict(dict)
        poison = [record for record in records if not self._read(record, news)]
        known = self.rollups.get_many(shard, news)
        before = [known.get(hour) or Rollup(hour, shard) for hour in news]
        after = [rollup.adding(news[rollup.hour]) for rollup in before]
        changed = [new for old, new in zip(before, after, strict=True) if new is not old]
        self.fan_out([partial(self.rollups.save, rollup) for rollup in changed])
        for record in poison:
            self.dead_records.park(shard, self.changes.name(record))
            self.journal.count(RECORD_NOT_COUNTED)

    def _read(self, record: Record, news: News) -> bool:
        name = self.changes.name(record)
        facts = {"event_id": name.event_id, "key": name.key}
        return isolated(self.journal, "counting a change", partial(self._note, record, news), **facts)

    def _note(self, record: Record, news: News) -> None:
        change = self.changes.read(record)
        if change is None:
            return
        for hour, counts in additions(change.intent, change.before).items():
            news[hour][change.seq] = counts
