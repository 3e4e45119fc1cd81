"""Provider events: kept as they came before anybody works on them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.dynamodb.provider_events import DynamoProviderEvents
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.application.ports.provider_events import RawEvent
from tests import aws
from tests.contract import samples
from tests.contract.conftest import received
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


def test_an_event_that_lost_a_part_is_missing(table: Table) -> None:
    """Of a large event whose parts expire one by one, half would be worked on, or crash for ever."""
    port = DynamoProviderEvents(table, aws.sqs(), aws.create_queue(aws.sqs(), "ProviderEventsQueue"))
    event = an_event(body=_LARGE)
    port.keep(event)
    aws.dynamodb().delete_item(TableName=aws.TABLE, Key={"pk": {"S": f"EVENT#{event.id}"}, "sk": {"S": "PART#002"}})
    assert port.get(event.id) is None


@pytest.mark.parametrize("stored", range(4))
@pytest.mark.usefixtures("table")
def test_an_event_that_is_not_wholly_stored_is_not_pointed_to(stored: int) -> None:
    """A pointer would be worked on before its event is there, and the receipt be lost."""
    client, url = aws.session().client("dynamodb"), aws.create_queue(aws.sqs(), "ProviderEventsQueue")
    calls: list[str] = []

    def full(params: dict[str, object], **_: object) -> None:
        calls.append(str(params["url_path"]))
        if len(calls) > stored:
            raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "PutItem")

    client.meta.events.register("before-call.dynamodb.PutItem", full)
    port = DynamoProviderEvents(Table(client, aws.TABLE), aws.sqs(), url)
    with pytest.raises(ClientError):
        port.keep(an_event(body=_LARGE))
    assert received(aws.sqs(), url) == []
    assert port.get(an_event().id) is None
