"""A content in short: an attribute of its intent's header, or an item beside it, named by the request's fingerprint."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.table import packed
from chalicelib.domain.values import DAY, SECOND, ContentType, Location, Reaction, Text

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Item
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content

_RETENTION = 90 * DAY
# So long a packed content may be to fit into one write unit with its intent to the end of a usual life, bytes.
_SHORT = 320
_KINDS: dict[ContentType, type[Content]] = {
    ContentType.TEXT: Text,
    ContentType.LOCATION: Location,
    ContentType.REACTION: Reaction,
}


def pack_content(content: Content) -> str:
    """A content: its type and its fields in order."""
    return packed([content.type, *(getattr(content, field.name) for field in fields(content) if field.init)])


def unpack_content(text: str) -> Content:
    """The content that ``pack_content`` packed."""
    kind, *values = json.loads(text)
    return _KINDS[ContentType(kind)](*values)


def is_short(content: Content) -> bool:
    """Whether an intent keeps a content with it."""
    return len(pack_content(content).encode()) <= _SHORT


def content_item(intent: Intent, content: Content) -> Item:
    """A content as an item of its own."""
    pk, sk = content_key(intent)
    return {"pk": pk, "sk": sk, "body": pack_content(content), "ttl": ends_at(intent)}


def content_key(intent: Intent) -> tuple[str, str]:
    """Where an intent's content is, unless the header has it."""
    return f"INTENT#{intent.id}", f"CONTENT#{intent.request.fingerprint}"


def ends_at(intent: Intent) -> int:
    """When nothing of the intent needs to be kept any longer, seconds since the epoch."""
    return (intent.request.expires_at + _RETENTION) // SECOND
