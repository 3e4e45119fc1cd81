"""Contents as items beside the header, named by the request's fingerprint."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.intents import ends_at
from chalicelib.adapters.dynamodb.table import packed
from chalicelib.domain.values import ContentType, Location, Reaction, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.adapters.dynamodb.table import Table
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content

_KINDS = {ContentType.TEXT: Text, ContentType.LOCATION: Location, ContentType.REACTION: Reaction}


class DynamoContents:
    """Stores contents in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, intent: Intent, content: Content) -> None:
        """Store the content of an intent that is about to be created."""
        pk, sk = _key(intent)
        values = (getattr(content, field.name) for field in fields(content) if field.init)
        body = packed([content.type, *values])
        self._table.put({"pk": pk, "sk": sk, "body": body, "ttl": ends_at(intent)})

    def get_many(self, intents: Sequence[Intent]) -> dict[str, Content]:
        """Contents by intent id."""
        names = {_key(intent): intent.id for intent in intents}
        found: dict[str, Content] = {}
        for item in self._table.get_many(names):
            kind, *values = json.loads(str(item["body"]))
            found[names[str(item["pk"]), str(item["sk"])]] = _KINDS[ContentType(kind)](*values)
        return found


def _key(intent: Intent) -> tuple[str, str]:
    return f"INTENT#{intent.id}", f"CONTENT#{intent.request.fingerprint}"
