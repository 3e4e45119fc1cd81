"""Batches as items of a few hundred bytes: their intents' ids follow from their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.packing import pack, unpack
from chalicelib.domain.batch import Batch
from chalicelib.domain.values import DAY, SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table

# No intent of a batch lives longer: at most 90 days until it expires, and as long again in the archive.
_KEPT = 181 * DAY
_SK = "BATCH"
_ELSEWHERE = ("id", "version")


class DynamoBatches:
    """Stores batches in the table; one with an alarm has an entry in the wake index."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, batch: Batch) -> Batch | None:
        """Store a new batch, or return the one that was there before."""
        refused = self._table.put_version(_item(batch), 0)
        return None if refused is None else _batch(refused)

    def save(self, batch: Batch) -> bool:
        """Store a batch's next state on the version it was derived from."""
        return self._table.put_version(_item(batch), batch.version) is None

    def get(self, batch_id: str) -> Batch | None:
        """A batch."""
        item = self._table.get(_pk(batch_id), _SK)
        return _batch(item) if item else None

    def due(self, now: int, limit: int) -> Sequence[str]:
        """Ids of batches whose alarm is due."""
        values = {":pk": "BATCHES", ":now": f"{now + 1:013d}"}
        rows, _ = self._table.index_page("by_wake", "wake_pk = :pk AND wake_sk < :now", values, limit)
        return [str(row["pk"]).removeprefix("BATCH#") for row in rows]


def _item(batch: Batch) -> Item:
    item: Item = {
        "pk": _pk(batch.id),
        "sk": _SK,
        "body": pack(batch, *_ELSEWHERE),
        "v": batch.version + 1,
        "ttl": (batch.created_at + _KEPT) // SECOND,
    }
    if batch.look_at is not None:
        item |= {"wake_pk": "BATCHES", "wake_sk": f"{batch.look_at:013d}#{batch.id}"}
    return item


def _pk(batch_id: str) -> str:
    return f"BATCH#{batch_id}"


def _batch(item: Item) -> Batch:
    batch_id = str(item["pk"]).removeprefix("BATCH#")
    return unpack(Batch, str(item["body"]), id=batch_id, version=int(item["v"]))
