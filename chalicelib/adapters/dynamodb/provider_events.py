"""Raw provider events as items with an end, and their pointers on the queue."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.table import packed
from chalicelib.application.ports.provider_events import RawEvent
from chalicelib.domain.values import DAY, SECOND

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from chalicelib.adapters.dynamodb.table import Table

_KEPT = 14 * DAY


class DynamoProviderEvents:
    """Stores the compressed raw body; the queue message carries only the event's id."""

    def __init__(self, table: Table, queue: SQSClient, queue_url: str) -> None:
        self._table = table
        self._queue = queue
        self._queue_url = queue_url

    def keep(self, event: RawEvent) -> None:
        """Store the event, then put its pointer on the queue."""
        self._table.put(
            {
                "pk": f"EVENT#{event.id}",
                "sk": "EVENT",
                "provider": event.provider,
                "event_org": event.organization_id,
                "event_instance": event.instance_id,
                "at": event.received_at,
                "body": zlib.compress(event.body),
                "ttl": (event.received_at + _KEPT) // SECOND,
            }
        )
        self._queue.send_message(QueueUrl=self._queue_url, MessageBody=packed({"v": 1, "event_id": event.id}))

    def get(self, event_id: str) -> RawEvent | None:
        """A stored event."""
        item = self._table.get(f"EVENT#{event_id}", "EVENT")
        if item is None or not isinstance(item["body"], bytes):
            return None
        return RawEvent(
            id=event_id,
            provider=str(item["provider"]),
            organization_id=str(item["event_org"]),
            instance_id=str(item["event_instance"]),
            received_at=int(item["at"]),
            body=zlib.decompress(item["body"]),
        )
