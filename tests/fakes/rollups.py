"""What the projection needs, in dictionaries and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.application.ports.changes import Change, RecordName
from chalicelib.domain.errors import VersionConflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.application.ports.changes import Record
    from chalicelib.domain.rollup import Hour, Rollup


class FakeRollups:
    """Rollups by hour and shard; ``left`` writes succeed before all others fail, when it is set."""

    def __init__(self) -> None:
        self.stored: dict[tuple[Hour, str], Rollup] = {}
        self.left: int | None = None

    def get_many(self, shard: str, hours: Iterable[Hour]) -> dict[Hour, Rollup]:
        """By hours."""
        return {hour: self.stored[hour, shard] for hour in hours if (hour, shard) in self.stored}

    def save(self, rollup: Rollup) -> None:
        """Store on the right version."""
        if self.left is not None:
            if self.left == 0:
                raise TimeoutError("nobody answers")
            self.left -= 1
        key = rollup.hour, rollup.shard
        if (self.stored[key].version if key in self.stored else 0) != rollup.version:
            raise VersionConflict("another version is stored")
        self.stored[key] = rollup.stored()

    def since(self, subject: str, began_at: int) -> Sequence[Rollup]:
        """By subject, from an hour on."""
        found = [rollup for (hour, _), rollup in self.stored.items() if hour.subject == subject]
        return [rollup for rollup in found if rollup.hour.began_at >= began_at]


class FakeChanges:
    """Reads records of one change each, as ``record`` makes them; anything else is poison."""

    @staticmethod
    def record(change: Change | None, name: str = "event-1") -> Record:
        """A record that says so; ``None`` for something that is no change of an intent."""
        return {"name": name, "change": change}

    def read(self, record: Record) -> Change | None:
        """What the record says."""
        change: Change | None = record["change"]
        return change

    def name(self, record: Record) -> RecordName:
        """Its name; the key is the intent's id."""
        change = record.get("change")
        known = (str(change.seq), f"INTENT#{change.intent.id}") if isinstance(change, Change) else ("", "")
        return RecordName(str(record.get("name", "")), *known)


class FakeDeadRecords:
    """Remembers who was parked; ``broken`` keeps nobody."""

    def __init__(self) -> None:
        self.parked: list[tuple[str, RecordName]] = []
        self.broken = False

    def park(self, shard: str, name: RecordName) -> None:
        """Remember."""
        if self.broken:
            raise TimeoutError("nobody answers")
        self.parked.append((shard, name))
