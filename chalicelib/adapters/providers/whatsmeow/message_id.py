"""The id on the wire: our own, the same for a safe repeat, and reversible to the intent."""

from __future__ import annotations

import re

from ulid import ULID

# How the official web client's ids begin; then 32 hex digits of the intent's ULID and two of the generation.
_PREFIX = "3EB0"
_OURS = re.compile(_PREFIX + "([0-9A-F]{32})[0-9A-F]{2}")


def message_id(intent_id: str, generation: int) -> str:
    """The WhatsApp message id of one generation of an intent."""
    ulid = ULID.from_str(intent_id.removeprefix("int_"))
    return f"{_PREFIX}{ulid.hex}{generation:02x}".upper()


def intent_of(wire_id: str) -> str | None:
    """The intent that a message id belongs to; ``None`` when the id is not one of ours."""
    ours = _OURS.fullmatch(wire_id)
    return f"int_{ULID.from_hex(ours[1])}" if ours else None
