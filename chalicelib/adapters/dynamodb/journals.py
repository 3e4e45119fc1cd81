"""Journals of numbers and of organizations: written together with what they tell of, read newest first."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.table import packed
from chalicelib.application.ports.directory import JournalPage
from chalicelib.domain.instance import JournalEntry, JournalType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table

# So many entries are read at once where only some kind of them is looked for.
_LOOK = 100


def journal_pk(kind: str, name: str) -> str:
    """The partition of a journal: ``INST#ins_…#JOURNAL``, ``ORG#org_…#JOURNAL``."""
    return f"{kind}#{name}#JOURNAL"


def entries_of(pk: str, version: int, news: Sequence[JournalEntry]) -> list[Item]:
    """News as items of a journal.

    Args:
        pk: The journal's partition.
        version: Stored version that the news was derived from: no two writes have the same.
        news: What happened, in order.
    """
    return [
        {
            "pk": pk,
            "sk": f"{entry.at:013d}#{version:06d}#{index}",
            "body": packed([entry.at, entry.type, entry.actor, entry.data]),
        }
        for index, entry in enumerate(news)
    ]


def journal_page(table: Table, pk: str, after: str | None, limit: int, kind: JournalType | None = None) -> JournalPage:
    """One page of a journal, newest first; only of one kind, if one is given."""
    values = {":pk": pk, ":after": after or "~"}
    at_once = limit + 1 if kind is None else max(limit + 1, _LOOK)
    rows = table.query("pk = :pk AND sk < :after", values, newest_first=True, limit=at_once)
    entries = ((str(row["sk"]), _entry(row)) for row in rows)
    found = list(islice((one for one in entries if kind in {None, one[1].type}), limit + 1))
    shown = found[:limit]
    return JournalPage(tuple(entry for _, entry in shown), shown[-1][0] if len(found) > limit else None)


def _entry(item: Item) -> JournalEntry:
    at, kind, actor, data = json.loads(str(item["body"]))
    return JournalEntry(at, JournalType(kind), actor, data)
