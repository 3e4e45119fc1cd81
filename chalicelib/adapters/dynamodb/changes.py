"""Reads the table's stream: the images of an intent's header before and after a write."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.dynamodb.intents import from_item
from chalicelib.application.ports.changes import Change, RecordName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.adapters.dynamodb.table import Item
    from chalicelib.application.ports.changes import Record

_HEADER = "INTENT"
# The content that small headers have inside is nobody's business here.
_CONTENT = "say"


class DynamoChanges:
    """Reads records as Lambda delivers them."""

    def read(self, record: Record) -> Change | None:
        """The change of an intent; ``None`` for other items and for removals."""
        told = record["dynamodb"]
        after, before = told.get("NewImage"), told.get("OldImage")
        if after is None or told["Keys"]["sk"]["S"] != _HEADER:
            return None
        known: Item = {name: _value(typed) for name, typed in after.items() if name != _CONTENT and "N" not in typed}
        return Change(int(told["SequenceNumber"]), from_item(known), int(before["v"]["N"]) if before else 0)

    def name(self, record: Record) -> RecordName:
        """The ids of a record, whatever else it lacks."""
        return RecordName(
            event_id=_text(record, "eventID"),
            seq=_text(record, "dynamodb", "SequenceNumber"),
            key=_text(record, "dynamodb", "Keys", "pk", "S"),
        )


def _value(typed: Mapping[str, str]) -> str | bytes:
    """A text, or bytes: those are told in base64."""
    return base64.b64decode(typed["B"], validate=True) if "B" in typed else typed["S"]


def _text(record: Any, *path: str) -> str:  # noqa: ANN401 - whatever was delivered
    for name in path:
        record = record.get(name) if isinstance(record, dict) else None
    return record if isinstance(record, str) else ""
