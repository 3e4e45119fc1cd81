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
# DynamoDB takes items of up to 400 KB.
_PART = 300_000
_FIRST = "EVENT"


class DynamoProviderEvents:
    """Stores the compressed raw body; the queue message carries only the event's id."""

    def __init__(self, table: Table, queue: SQSClient, queue_url: str) -> None:
        self._table = table
        self._queue = queue
        self._queue_url = queue_url

    def keep(self, event: RawEvent) -> None:
        """Store the event in as many parts as it takes, then put its pointer on the queue."""
        body = zlib.compress(event.body)
        ends = (event.received_at + _KEPT) // SECOND
        pk = f"EVENT#{event.id}"
        for number, start in enumerate(range(_PART, len(body), _PART), start=1):
            self._table.put({"pk": pk, "sk": f"PART#{number:03d}", "body": body[start : start + _PART], "ttl": ends})
        self._table.put(
            {
                "pk": pk,
                "sk": _FIRST,
                "provider": event.provider,
                "event_org": event.organization_id,
                "event_instance": event.instance_id,
                "at": event.received_at,
                "body": body[:_PART],
                "size": len(body),
                "ttl": ends,
            }
        )
        self._queue.send_message(QueueUrl=self._queue_url, MessageBody=packed({"v": 1, "event_id": event.id}))

    def get(self, event_id: str) -> RawEvent | None:
        """A stored event."""
        parts = list(self._table.query("pk = :pk", {":pk": f"EVENT#{event_id}"}))
        if not parts or parts[0]["sk"] != _FIRST:
            return None
        body = b"".join(part["body"] for part in parts if isinstance(part["body"], bytes))
        if len(body) != parts[0].get("size", len(body)):
            return None  # its parts expire one by one
        return RawEvent(
            id=event_id,
            provider=str(parts[0]["provider"]),
            organization_id=str(parts[0]["event_org"]),
            instance_id=str(parts[0]["event_instance"]),
            received_at=int(parts[0]["at"]),
            body=zlib.decompress(body),
        )
