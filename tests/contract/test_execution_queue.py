"""The execution queue: every approval is handed on once, and what could not be is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from chalicelib.application.ports.execution_queue import ExecutionQueue
    from tests.contract.conftest import Queue


def test_an_approval_arrives_with_its_number(queue: Queue) -> None:
    """The engine would carry out an approval that the Gate has since taken back."""
    intent = samples.approved()
    assert list(queue.port.publish([intent], NOON)) == []
    assert [(order.intent_id, order.approval) for order in queue.take()] == [(intent.id, 1)]


def test_more_than_one_batch_arrives_whole(queue: Queue) -> None:
    """Of a campaign only the first ten messages would leave at their time."""
    intents = [samples.approved(number) for number in range(23)]
    assert list(queue.port.publish(intents, NOON)) == []
    orders = queue.take()
    assert sorted(order.intent_id for order in orders) == [intent.id for intent in intents]
    assert len({order.message_id for order in orders}) == 23


def test_nothing_to_publish_is_nothing_to_do(queue: Queue) -> None:
    """A request whose intents were all blocked would be a server error."""
    assert list(queue.port.publish([], NOON)) == []
    queue.port.postpone([])
    assert queue.take() == []


def test_an_unreachable_queue_names_every_intent(unreachable_queue: ExecutionQueue) -> None:
    """A client would be told that nothing was accepted, while it was; or nobody would publish it later."""
    intents = [samples.approved(number) for number in range(12)]
    assert list(unreachable_queue.publish(intents, NOON)) == [intent.id for intent in intents]


def test_a_delivery_is_postponed(queue: Queue) -> None:
    """A message that comes too early would be dropped, or spin through the queue."""
    queue.port.publish([samples.approved(number) for number in range(11)], NOON)
    orders = queue.take()
    queue.port.postpone([(order, 60_000) for order in orders])
    assert queue.take() == []


def test_an_unreachable_queue_postpones_nothing_and_says_nothing(
    queue: Queue, unreachable_queue: ExecutionQueue
) -> None:
    """A whole batch, with messages already sent in it, would be worked on again."""
    queue.port.publish([samples.approved()], NOON)
    unreachable_queue.postpone([(order, 60_000) for order in queue.take()])
