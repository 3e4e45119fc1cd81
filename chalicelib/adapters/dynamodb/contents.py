"""Contents as items beside the headers; what a header has of its own is known with the intent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.content_items import content_item, content_key, is_short, unpack_content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.adapters.dynamodb.table import Table
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content


class DynamoContents:
    """Stores contents in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def is_short(self, content: Content) -> bool:
        """Whether an intent keeps a content with it."""
        return is_short(content)

    def put_many(self, contents: Sequence[tuple[Intent, Content]]) -> None:
        """Store the contents of intents that are about to be created."""
        items = [content_item(intent, content) for intent, content in contents]
        if len(items) == 1:
            self._table.put(items[0])
        else:
            self._table.put_many(items)

    def get_many(self, intents: Sequence[Intent]) -> dict[str, Content]:
        """Contents by intent id."""
        found = {intent.id: intent.content for intent in intents if intent.content is not None}
        names = {content_key(intent): intent.id for intent in intents if intent.content is None}
        for item in self._table.get_many(names):
            found[names[str(item["pk"]), str(item["sk"])]] = unpack_content(str(item["body"]))
        return found
