"""A dead-letter queue on SQS."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.application.ports.dead_letters import DeadLetter
from chalicelib.application.ports.execution_queue import read_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sqs import SQSClient

_BATCH = 10
# Seconds. An answer that was waited for comes from all servers of the queue: an empty one means that there is nothing.
WAIT = 1
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")


class SqsDeadLetters:
    """Looks at a dead-letter queue."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def receive(self, limit: int, aside: int) -> Sequence[DeadLetter]:
        """Take messages, ten a call, until one call finds none."""
        found: list[DeadLetter] = []
        while len(found) < limit:
            answer = self._client.receive_message(
                QueueUrl=self._queue_url,
                MaxNumberOfMessages=min(_BATCH, limit - len(found)),
                VisibilityTimeout=aside // 1000,
                WaitTimeSeconds=WAIT,
            )
            messages = answer.get("Messages", [])
            if not messages:
                break
            found += map(_letter, messages)
        return found

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Delete messages, ten a call."""
        for batch in _batches(letters):
            with suppress(BotoCoreError, ClientError):
                self._client.delete_message_batch(QueueUrl=self._queue_url, Entries=_entries(batch))

    def release(self, letters: Sequence[DeadLetter]) -> None:
        """Put messages back, ten a call."""
        for batch in _batches(letters):
            with suppress(BotoCoreError, ClientError):
                entries = _entries(batch, VisibilityTimeout=0)
                self._client.change_message_visibility_batch(QueueUrl=self._queue_url, Entries=entries)

    def count(self) -> int:
        """About how many messages there are, whoever looks at them."""
        names: Any = _COUNTS
        found: Any = self._client.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=names)["Attributes"]
        return sum(int(found.get(name, 0)) for name in _COUNTS)


def _letter(message: Any) -> DeadLetter:  # noqa: ANN401 - what SQS gives
    order = read_order(message["Body"], message["ReceiptHandle"], message["MessageId"])
    if order is None:
        return DeadLetter(message["MessageId"], message["ReceiptHandle"])
    return DeadLetter(order.message_id, order.receipt_handle, order.intent_id, order.approval)


def _batches(letters: Sequence[DeadLetter]) -> list[Sequence[DeadLetter]]:
    return [letters[start : start + _BATCH] for start in range(0, len(letters), _BATCH)]


def _entries(letters: Sequence[DeadLetter], **each: int) -> Any:  # noqa: ANN401 - what SQS takes
    return [{"Id": str(index), "ReceiptHandle": one.receipt_handle, **each} for index, one in enumerate(letters)]
