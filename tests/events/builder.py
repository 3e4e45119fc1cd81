"""Lambda events as AWS builds them: every record has its own message id and receipt handle."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Context:
    """A Lambda invocation: how long it may still run, and its id."""

    remaining: int = 15_000
    aws_request_id: str = field(default_factory=lambda: f"request-{next(_NUMBERS)}")

    def get_remaining_time_in_millis(self) -> int:
        """What the function has left, ms; it does not run down here."""
        return self.remaining


def sqs_record(body: str, message_id: str | None = None, receipt_handle: str | None = None) -> dict[str, Any]:
    """One queue message; ids are made up unless they are given."""
    number = next(_NUMBERS)
    return {
        "messageId": message_id or f"message-{number}",
        "receiptHandle": receipt_handle or f"handle-{number}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:queue",
        "awsRegion": "us-east-1",
    }


def sqs_event(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A batch of queue messages."""
    return {"Records": [dict(record) for record in records]}


def schedule_event() -> dict[str, Any]:
    """A tick of the minute's schedule."""
    return {
        "version": "0",
        "id": f"tick-{next(_NUMBERS)}",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2027-01-15T08:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/sweep"],
        "detail": {},
    }
