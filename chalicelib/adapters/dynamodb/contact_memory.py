"""Packs what a contact remembers of numbers and intents as bytes: ten intents fit where JSON would hold three."""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from ulid import ULID

from chalicelib.domain.recent import Outbound, RecentIntent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.contact import Contact

# The fields of a contact that are packed here.
FIELDS = ("inbound", "outbound", "locks", "recent")

# A number: its id, then last inbound, first and last outbound, end of the lock; 0 for what never was.
_NUMBER = struct.Struct("16s6s6s6s6s")
# An intent: its id, when it was accepted, which number from 1 on (0 for none), its slot, its likeness.
_INTENT = struct.Struct("16s6sB6s9s")
_NO_LIKENESS = bytes(9)


def pack_memory(contact: Contact) -> bytes:
    """How many numbers there are, the numbers, then the intents; instants in ms."""
    names = list(dict.fromkeys(_numbers(contact)))
    parts = [bytes([len(names)])]
    for name in names:
        span = contact.outbound.get(name) or Outbound(0, 0)
        moments = (contact.inbound.get(name, 0), span.first, span.last, contact.locks.get(name, 0))
        parts.append(_NUMBER.pack(_raw(name), *map(_moment, moments)))
    for one in contact.recent:
        number = names.index(one.instance_id) + 1 if one.instance_id else 0
        likeness = urlsafe_b64decode(one.likeness) or _NO_LIKENESS
        parts.append(_INTENT.pack(_raw(one.intent_id), _moment(one.at), number, _moment(one.slot), likeness))
    return b"".join(parts)


def unpack_memory(packed: bytes) -> dict[str, Any]:
    """The fields of a contact that ``pack_memory`` packed."""
    end = 1 + packed[0] * _NUMBER.size
    numbers = {_id("ins", raw): tuple(map(int.from_bytes, rest)) for raw, *rest in _NUMBER.iter_unpack(packed[1:end])}
    return {
        "inbound": {name: at for name, (at, _, _, _) in numbers.items() if at},
        "outbound": {name: Outbound(first, last) for name, (_, first, last, _) in numbers.items() if last},
        "locks": {name: until for name, (_, _, _, until) in numbers.items() if until},
        "recent": tuple(_intents(packed[end:], list(numbers))),
    }


def _numbers(contact: Contact) -> Iterator[str]:
    """The numbers the contact has to do with, in an order that keeps that of each field."""
    yield from contact.inbound
    yield from contact.outbound
    yield from contact.locks
    yield from (one.instance_id for one in contact.recent if one.instance_id)


def _intents(packed: bytes, names: list[str]) -> Iterator[RecentIntent]:
    for raw, at, number, slot, likeness in _INTENT.iter_unpack(packed):
        text = "" if likeness == _NO_LIKENESS else urlsafe_b64encode(likeness).decode()
        name = names[number - 1] if number else None
        yield RecentIntent(_id("int", raw), int.from_bytes(at), name, int.from_bytes(slot), text)


def _moment(at: int) -> bytes:
    return at.to_bytes(6)


def _raw(name: str) -> bytes:
    return ULID.from_str(name.partition("_")[2]).bytes


def _id(prefix: str, raw: bytes) -> str:
    return f"{prefix}_{ULID.from_bytes(raw)}"
