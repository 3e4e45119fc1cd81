"""Journals of numbers and of organizations: written together with what they tell of, read newest first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.table import packed
from chalicelib.application.ports.directory import JournalPage
from chalicelib.domain.instance import JournalEntry, JournalType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table


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


def journal_page(table: Table, pk: str, after: str | None, limit: int) -> JournalPage:
    """One page of a journal, newest first."""
    values = {":pk": pk, ":after": after or "~"}
    rows = table.first("pk = :pk AND sk < :after", values, limit + 1, newest_first=True)
    shown = rows[:limit]
    return JournalPage(tuple(map(_entry, shown)), str(shown[-1]["sk"]) if len(rows) > limit else None)


def _entry(item: Item) -> JournalEntry:
    at, kind, actor, data = json.loads(str(item["body"]))
    return JournalEntry(at, JournalType(kind), actor, data)
