"""The execution queue on SQS: ids only, delivered at the slot, fair between organizations."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.application.ports.execution_queue import MESSAGE_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_sqs import SQSClient

    from chalicelib.application.ports.execution_queue import Order
    from chalicelib.domain.intent import Intent

T = TypeVar("T")

_BATCH = 10
_LONGEST_DELAY = 900
_LONGEST_WAIT = 12 * 60 * 60


class SqsExecutionQueue:
    """Publishes approvals on a standard queue; the group id makes it fair, not ordered."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def publish(self, intents: Sequence[Intent], now: int, early: int = 0) -> Sequence[str]:
        """Publish the current approval of each intent; returns the ids that could not be."""
        failed: list[str] = []
        for batch in _batches(intents):
            failed.extend(self._publish(batch, now + early))
        return failed

    def _publish(self, batch: Sequence[Intent], earliest: int) -> list[str]:
        entries: Any = [_entry(str(index), intent, earliest) for index, intent in enumerate(batch)]
        try:
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        except (BotoCoreError, ClientError):
            return [intent.id for intent in batch]
        return [batch[int(entry["Id"])].id for entry in answer.get("Failed", [])]

    def postpone(self, delays: Sequence[tuple[Order, int]]) -> None:
        """Let each delivery come back after its delay; one that cannot be changed comes back by itself, later."""
        for batch in _batches(delays):
            entries: Any = [
                {
                    "Id": str(index),
                    "ReceiptHandle": order.receipt_handle,
                    "VisibilityTimeout": _seconds(delay, _LONGEST_WAIT),
                }
                for index, (order, delay) in enumerate(batch)
            ]
            with suppress(BotoCoreError, ClientError):
                self._client.change_message_visibility_batch(QueueUrl=self._queue_url, Entries=entries)


def _entry(name: str, intent: Intent, earliest: int) -> dict[str, Any]:
    body = {"v": MESSAGE_VERSION, "intent_id": intent.id, "approval": intent.approval}
    return {
        "Id": name,
        "MessageBody": json.dumps(body, separators=(",", ":")),
        "DelaySeconds": _seconds(max(intent.not_before, intent.retry_at) - earliest, _LONGEST_DELAY),
        "MessageGroupId": intent.organization_id,
    }


def _seconds(milliseconds: int, longest: int) -> int:
    return min(max(0, -(-milliseconds // 1000)), longest)


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
