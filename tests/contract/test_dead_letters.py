"""A dead-letter queue: looked at without losing anything, cleared of what is named, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters import dead_letters
from chalicelib.adapters.dead_letters import SqsDeadLetters
from chalicelib.application.ports.execution_queue import MESSAGE_VERSION
from chalicelib.domain.values import HOUR
from tests import aws
from tests.contract.samples import INSTANCE, an_id
from tests.fakes.clock import FakeClock
from tests.fakes.dead_letters import FakeDeadLetters

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.ports.dead_letters import DeadLetterQueue

UNREADABLE = [
    "not JSON",
    "[]",
    "7",
    "{}",
    '{"v":1,"intent_id":"int_1","approval":1}',
    json.dumps({"v": 1, "intent_id": an_id("int"), "approval": "1"}),
    json.dumps({"v": 1, "intent_id": [an_id("int")], "approval": 1}),
    json.dumps({"v": MESSAGE_VERSION + 1, "intent_id": an_id("int"), "approval": 1}),
]


@dataclass(frozen=True)
class Dead:
    """A dead-letter queue; ``die`` puts a message there, for an intent's first approval or with this body."""

    port: DeadLetterQueue
    die: Callable[[str | None, str | None], object]


@pytest.fixture(params=["fake", "sqs"])
def dead(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Dead:
    """The queue in a dictionary, then on SQS, where nothing waits."""
    monkeypatch.setattr(dead_letters, "WAIT", 0)
    if request.param == "fake":
        fake = FakeDeadLetters(FakeClock())
        return Dead(fake, lambda intent_id, _body: fake.die(intent_id))
    request.getfixturevalue("in_memory")
    url = aws.create_queue(aws.sqs(), "ExecutionDeadLetters")

    def die(intent_id: str | None, body: str | None) -> None:
        text = body or json.dumps({"v": MESSAGE_VERSION, "intent_id": intent_id, "approval": 1})
        aws.sqs().send_message(QueueUrl=url, MessageBody=text)

    return Dead(SqsDeadLetters(aws.sqs(), url), die)


def fill(dead: Dead, count: int) -> list[str]:
    """So many messages die; returns their intents' ids."""
    names = [an_id("int", number) for number in range(count)]
    for name in names:
        dead.die(name, None)
    return names


def test_messages_are_given_page_by_page_and_each_once(dead: Dead) -> None:
    """A redrive would look at the first ten for ever, or skip some."""
    names = fill(dead, 23)
    first, rest = dead.port.receive(12, HOUR), dead.port.receive(100, HOUR)
    assert len(first) == 12
    assert sorted(one.intent_id or "" for one in (*first, *rest)) == names
    assert {one.approval for one in first} == {1}
    assert len({one.message_id for one in (*first, *rest)}) == 23
    assert list(dead.port.receive(100, HOUR)) == []


def test_what_is_deleted_is_gone_and_what_is_put_back_is_seen_again(dead: Dead) -> None:
    """Another organization's message would be lost, or stay out of sight of the alarm."""
    fill(dead, 23)
    taken = dead.port.receive(100, HOUR)
    dead.port.delete(taken[:11])
    dead.port.release(taken[11:])
    again = dead.port.receive(100, HOUR)
    assert sorted(one.message_id for one in again) == sorted(one.message_id for one in taken[11:])


def test_the_count_has_what_somebody_looks_at_in_it(dead: Dead) -> None:
    """A page would show an empty queue while a redrive looks through it."""
    assert dead.port.count() == 0
    fill(dead, 3)
    taken = dead.port.receive(2, HOUR)
    assert dead.port.count() == 3
    dead.port.delete(taken)
    assert dead.port.count() == 1


def test_nothing_to_do_is_nothing_to_do(dead: Dead) -> None:
    """A tick that finds an empty queue would fail."""
    assert list(dead.port.receive(10, HOUR)) == []
    dead.port.delete([])
    dead.port.release([])


@pytest.mark.parametrize("body", UNREADABLE)
def test_what_cannot_be_read_is_given_without_an_intent(dead: Dead, body: str) -> None:
    """It would be taken for a message whose intent is deleted, and be deleted itself."""
    dead.die(None, body)
    [one] = dead.port.receive(10, HOUR)
    assert one.intent_id is None
    dead.port.release([one])
    assert len(dead.port.receive(10, HOUR)) == 1


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.usefixtures("in_memory")
def test_messages_of_every_version_are_read(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    """What died before a deployment could be redriven no more after it."""
    monkeypatch.setattr(dead_letters, "WAIT", 0)
    url, name = aws.create_queue(aws.sqs(), "ExecutionDeadLetters"), an_id("int")
    body = {"v": version, "intent_id": name, "approval": 4} | ({"instance_id": INSTANCE} if version > 1 else {})
    aws.sqs().send_message(QueueUrl=url, MessageBody=json.dumps(body))
    [one] = SqsDeadLetters(aws.sqs(), url).receive(10, HOUR)
    assert (one.intent_id, one.approval) == (name, 4)
