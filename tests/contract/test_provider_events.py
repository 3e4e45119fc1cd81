"""Provider events: kept as they came before anybody works on them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.ports.provider_events import RawEvent
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.contract.conftest import Events


def an_event(number: int = 1, body: bytes = b'{"type":"ReadReceipt"}') -> RawEvent:
    """A webhook as it arrived."""
    return RawEvent(samples.an_id("evt", number), "whatsmeow", samples.ORGANIZATION, samples.INSTANCE, NOON, body)


# What compression cannot shorten needs more than one item.
_LARGE = b"".join(hashlib.sha256(bytes([high, low])).digest() for high in range(128) for low in range(256))


@pytest.mark.parametrize("body", [b"", b"{}", "ção 👍".encode(), bytes(range(256)), b"x" * 300_000, _LARGE])
def test_an_event_is_kept_byte_by_byte(events: Events, body: bytes) -> None:
    """A receipt would be unreadable, and its signature could never be checked again."""
    event = an_event(body=body)
    events.port.keep(event)
    assert events.port.get(event.id) == event


def test_a_kept_event_is_pointed_to(events: Events) -> None:
    """Receipts would be stored and never looked at: every message would stay "sent"."""
    for number in (1, 2):
        events.port.keep(an_event(number))
    assert sorted(events.pointers()) == [an_event(1).id, an_event(2).id]


def test_an_unknown_event_is_missing(events: Events) -> None:
    """A pointer that outlived its event would go to the dead letters as a crash."""
    assert events.port.get(an_event().id) is None
