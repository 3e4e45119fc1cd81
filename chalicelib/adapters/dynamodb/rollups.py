"""Rollups as items: one for each hour of a number or an organization and each shard of the stream."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.table import packed
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.rollup import Counts, Hour, Rollup
from chalicelib.domain.values import DAY, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table

_KEPT = 400 * DAY
_HOUR = "HOUR#"


class DynamoRollups:
    """Stores rollups in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get_many(self, shard: str, hours: Iterable[Hour]) -> dict[Hour, Rollup]:
        """What a shard told about these hours."""
        items = self._table.get_many((_pk(hour.subject), _sk(hour.began_at, shard)) for hour in hours)
        return {rollup.hour: rollup for rollup in map(_rollup, items)}

    def save(self, rollup: Rollup) -> None:
        """Store a rollup's next state on the version it was derived from."""
        hour = rollup.hour
        item: Item = {
            "pk": _pk(hour.subject),
            "sk": _sk(hour.began_at, rollup.shard),
            # Has more digits than a number of DynamoDB's.
            "seq": str(rollup.last_seq),
            "body": _pack(rollup.counts),
            "v": rollup.version + 1,
            "ttl": (hour.began_at + _KEPT) // SECOND,
        }
        if self._table.put_version(item, rollup.version) is not None:
            raise VersionConflict(f"somebody else counted {hour.subject} too")

    def since(self, subject: str, began_at: int) -> Sequence[Rollup]:
        """What all shards told about a subject's hours from one on."""
        values = {":pk": _pk(subject), ":first": _sk(began_at, "")}
        return [_rollup(item) for item in self._table.query("pk = :pk AND sk >= :first", values)]


def _pk(subject: str) -> str:
    return f"ROLLUP#{subject}"


def _sk(began_at: int, shard: str) -> str:
    return f"{_HOUR}{began_at:013d}#{shard}"


def _rollup(item: Item) -> Rollup:
    began_at, _, shard = str(item["sk"]).removeprefix(_HOUR).partition("#")
    return Rollup(
        hour=Hour(str(item["pk"]).removeprefix("ROLLUP#"), int(began_at)),
        shard=shard,
        last_seq=int(str(item["seq"])),
        counts=_unpack(str(item["body"])),
        version=int(item["v"]),
    )


def _pack(counts: Counts) -> str:
    """The counts by what happened, and for what reason; without one, the count alone."""
    body: dict[str, dict[str, int]] = {}
    for (what, why), count in sorted(counts.items()):
        body.setdefault(what, {})[why] = count
    return packed({what: by.get("", by) if len(by) == 1 else by for what, by in body.items()})


def _unpack(text: str) -> Counts:
    counts = Counts()
    for what, found in json.loads(text).items():
        by = found if isinstance(found, dict) else {"": found}
        counts.update({(what, why): count for why, count in by.items()})
    return counts
