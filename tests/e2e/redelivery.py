"""Workers that get some messages twice: the execute function on the stack's own queue, table and phone.

SQS delivers at least once. What it does rarely is done here to every twentieth message: a second copy while the first
is being worked on, or the same message again some seconds after it was done.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# As long as the local stage lets the function run, seconds.
_TIMEOUT = 20.0
_WAIT = 1
_LATEST_AGAIN = 40
_TWIN, _AGAIN = "twin", "again"
_NOTE = "twice-"


@dataclass(frozen=True)
class Shift:
    """What a worker is told.

    Attributes:
        environment: What the function finds in its environment.
        share: Which share of the messages is delivered once more.
        seed: Which ones follows from it.
        notes: A directory that all workers share: a file for each message that one of them had delivered once more.
    """

    environment: Mapping[str, str]
    share: float
    seed: int
    notes: Path

    @property
    def over(self) -> Path:
        """The file that ends it."""
        return self.notes / "over"


@dataclass(frozen=True)
class Delivery:
    """A message as a worker got it: when it was worked on, seconds since the epoch, and whether it was done then."""

    intent_id: str
    began: float
    ended: float
    done: bool


class _Context:
    """An invocation that has just begun."""

    aws_request_id = "redelivery"

    def __init__(self) -> None:
        self._stop = time.monotonic() + _TIMEOUT

    def get_remaining_time_in_millis(self) -> int:
        return int((self._stop - time.monotonic()) * 1000)


def work(shift: Shift) -> list[Delivery]:
    """Receive, hand to the function, delete what it has done; until told to stop."""
    os.environ.update(shift.environment)
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - this process's own, until it ends
    import app as portaria  # noqa: PLC0415 - it reads the environment

    worker = _Worker(portaria.execute, shift)
    while not shift.over.exists():
        worker.step()
    return worker.deliveries


class _Worker:
    def __init__(self, function: Any, shift: Shift) -> None:  # noqa: ANN401 - Chalice's handlers have no types
        self._function, self._shift = function, shift
        self._sqs: Any = boto3.client("sqs")
        self._queue = shift.environment["EXECUTION_QUEUE_URL"]
        self.deliveries: list[Delivery] = []

    def step(self) -> None:
        """One batch."""
        got = self._sqs.receive_message(
            QueueUrl=self._queue,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=_WAIT,
            AttributeNames=["ApproximateReceiveCount"],
        )
        messages = got.get("Messages", [])
        if not messages:
            return
        for message in messages:
            if self._chosen(message, _TWIN) and self._note(message):
                self._sqs.send_message(QueueUrl=self._queue, MessageBody=message["Body"], MessageGroupId="twins")
        began = time.time()
        answer = self._function({"Records": list(map(_record, messages))}, _Context())
        ended, failed = time.time(), {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        for message in messages:
            done = message["MessageId"] not in failed
            self.deliveries.append(Delivery(json.loads(message["Body"])["intent_id"], began, ended, done))
            if done:
                self._finish(message)

    def _finish(self, message: Mapping[str, Any]) -> None:
        """Delete what is done, unless it is to come again: then nobody hears that it is done."""
        known = {"QueueUrl": self._queue, "ReceiptHandle": message["ReceiptHandle"]}
        if self._chosen(message, _AGAIN) and self._note(message):
            self._sqs.change_message_visibility(
                **known, VisibilityTimeout=self._dice(message).randint(0, _LATEST_AGAIN)
            )
        else:
            self._sqs.delete_message(**known)

    def _chosen(self, message: Mapping[str, Any], how: str) -> bool:
        """Whether a message is to be delivered once more, and how: every worker decides the same."""
        dice = self._dice(message)
        return dice.random() < self._shift.share and dice.choice((_TWIN, _AGAIN)) == how

    def _dice(self, message: Mapping[str, Any]) -> Random:
        return Random(f"{self._shift.seed} {message['MessageId']}")  # noqa: S311 - a repeatable choice, not a secret

    def _note(self, message: Mapping[str, Any]) -> bool:
        """Note that a message is delivered once more; whether it was not noted before."""
        try:
            (self._shift.notes / f"{_NOTE}{message['MessageId']}").touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def injected(notes: Path) -> int:
    """How many messages were delivered once more."""
    return len(list(notes.glob(f"{_NOTE}*")))


def redelivered(deliveries: Sequence[Delivery]) -> tuple[int, int]:
    """How many deliveries met another one of their intent at work, and how many came after one that was done."""
    beside = after = 0
    for same in _by_intent(deliveries):
        for index, one in enumerate(same[1:], start=1):
            beside += any(one.began < before.ended for before in same[:index])
            after += any(before.done and one.began >= before.ended for before in same[:index])
    return beside, after


def _by_intent(deliveries: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    found: dict[str, list[Delivery]] = {}
    for one in sorted(deliveries, key=lambda delivery: delivery.began):
        found.setdefault(one.intent_id, []).append(one)
    yield from found.values()


def _record(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:execution",
        "awsRegion": "us-east-1",
    }
