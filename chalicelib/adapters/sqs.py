"""The queues around the Gate on SQS: ids only, delivered at the slot, fair between organizations."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.application.ports import execution_queue, gate_queue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_sqs import SQSClient

    from chalicelib.application.ports.execution_queue import Order
    from chalicelib.domain.intent import Intent

T = TypeVar("T")

_BATCH = 10
_LONGEST_DELAY = 900
_LONGEST_WAIT = 12 * 60 * 60


class _SqsQueue:
    """A standard queue; the group id makes it fair, not ordered."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def backlog(self) -> int:
        """About how many messages wait to be delivered now."""
        names: Any = ["ApproximateNumberOfMessages"]
        answer = self._client.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=names)
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def _send(self, messages: Sequence[dict[str, Any]]) -> list[int]:
        """Send messages, ten a call; returns the indices of those that could not be."""
        failed: list[int] = []
        for batch in _batches(list(enumerate(messages))):
            entries: Any = [{"Id": str(index), **message} for index, message in batch]
            try:
                answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
            except (BotoCoreError, ClientError):
                failed.extend(index for index, _ in batch)
            else:
                failed.extend(int(entry["Id"]) for entry in answer.get("Failed", []))
        return failed


class SqsExecutionQueue(_SqsQueue):
    """Publishes approvals."""

    def publish(self, intents: Sequence[Intent], now: int, early: int = 0) -> Sequence[str]:
        """Publish the current approval of each intent; returns the ids that could not be."""
        failed = self._send([_approval(intent, now + early) for intent in intents])
        return [intents[index].id for index in failed]

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


class SqsGateQueue(_SqsQueue):
    """Publishes questions to the Gate."""

    def publish_intents(self, organization_id: str, intent_ids: Sequence[str], delay: int = 0) -> Sequence[str]:
        """Ask about intents; returns the ids that could not be asked about."""
        batches = list(_batches(intent_ids, gate_queue.BATCH))
        failed = self._send([_question(organization_id, delay, intents=list(batch)) for batch in batches])
        return [intent_id for index in failed for intent_id in batches[index]]

    def publish_places(self, organization_id: str, places: Sequence[str]) -> Sequence[str]:
        """Ask about places; returns the names that could not be asked about."""
        failed = self._send([_question(organization_id, 0, place=place) for place in places])
        return [places[index] for index in failed]

    def publish_simulation(self, organization_id: str, simulation_id: str, delay: int = 0) -> bool:
        """Ask somebody to go on with a what-if question; whether it was asked."""
        return not self._send([_question(organization_id, delay, simulation=simulation_id)])


def _approval(intent: Intent, earliest: int) -> dict[str, Any]:
    body = {
        "v": execution_queue.MESSAGE_VERSION,
        "intent_id": intent.id,
        "approval": intent.approval,
        "instance_id": intent.instance_id,
    }
    delay = max(intent.not_before, intent.retry_at) - earliest
    return _message(intent.organization_id, delay, body)


def _question(organization_id: str, delay: int, **about: object) -> dict[str, Any]:
    body = {"v": gate_queue.MESSAGE_VERSION, "organization_id": organization_id, **about}
    return _message(organization_id, delay, body)


def _message(organization_id: str, delay: int, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "MessageBody": json.dumps(body, separators=(",", ":")),
        "DelaySeconds": _seconds(delay, _LONGEST_DELAY),
        "MessageGroupId": organization_id,
    }


def _seconds(milliseconds: int, longest: int) -> int:
    return min(max(0, -(-milliseconds // 1000)), longest)


def _batches(items: Sequence[T], size: int = _BATCH) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
