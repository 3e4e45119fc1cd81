"""What the table's stream tells: every write to an intent, in the order of its shard, at least once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent

# A record as the stream delivers it.
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A write to an intent.

    Attributes:
        seq: Where it stands in its shard.
        intent: The intent after it; content that is kept with it is left out.
        before: How many events the intent had before it.
    """

    seq: int
    intent: Intent
    before: int


@dataclass(frozen=True, slots=True)
class RecordName:
    """What may be said of a record that could not be read: ids alone; what it lacks is empty.

    Attributes:
        event_id: The record's own id.
        seq: Where it stands in its shard.
        key: Partition key of the item that was written.
    """

    event_id: str
    seq: str
    key: str


class Changes(Protocol):
    """Reads records."""

    def read(self, record: Record) -> Change | None:
        """What a record says; ``None`` when it is about something else, or about an intent's expiry.

        Raises:
            Exception: Of any kind: it cannot be read.
        """

    def name(self, record: Record) -> RecordName:
        """What to call a record, whatever is wrong with it."""
