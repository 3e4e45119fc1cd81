"""SQS only: what exactly is put on the wire."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.adapters.sqs import SqsExecutionQueue, SqsGateQueue
from chalicelib.domain.values import HOUR
from tests import aws
from tests.contract import samples
from tests.contract.conftest import received
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.contract.conftest import Sqs


class Wire:
    """An SQS queue whose calls are remembered; ``refuse`` makes it refuse these entries of each batch."""

    def __init__(self, url: str) -> None:
        self.client = aws.session().client("sqs")
        self.queue = SqsExecutionQueue(self.client, url)
        self.questions = SqsGateQueue(self.client, url)
        self.calls: list[dict[str, Any]] = []
        self.refuse: set[int] = set()
        events = self.client.meta.events
        events.register("provide-client-params.sqs.*", self._call)  # type: ignore[arg-type]  # it may answer
        events.register("after-call.sqs.SendMessageBatch", self._answer)

    @property
    def batches(self) -> list[list[dict[str, Any]]]:
        """The entries of each call."""
        return [call["Entries"] for call in self.calls]

    def _call(self, params: dict[str, Any], **_: object) -> dict[str, Any]:
        self.calls.append(params)
        accepted = [entry for index, entry in enumerate(params["Entries"]) if index not in self.refuse]
        return {**params, "Entries": accepted}

    def _answer(self, parsed: dict[str, Any], **_: object) -> None:
        names = [entry["Id"] for index, entry in enumerate(self.calls[-1]["Entries"]) if index in self.refuse]
        parsed["Failed"] = [{"Id": name, "Code": "InternalError", "SenderFault": False} for name in names]


@pytest.fixture
def wire(sqs: Sqs) -> Wire:
    """A queue whose wire is watched."""
    return Wire(sqs.url)


def test_a_message_carries_ids_and_nothing_else(wire: Wire, sqs: Sqs) -> None:
    """A customer's phone or text would lie in queues, dead letters and their logs."""
    intent = samples.approved()
    wire.queue.publish([intent], NOON)
    [(body, _)] = received(sqs.client, sqs.url)
    assert body == {"v": 2, "intent_id": intent.id, "approval": 1, "instance_id": intent.instance_id}
    assert set(wire.batches[0][0]) == {"Id", "MessageBody", "DelaySeconds", "MessageGroupId"}


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [(-HOUR, 0), (0, 0), (1, 1), (999, 1), (1_000, 1), (1_001, 2), (119_500, 120), (HOUR, 900)],
)
def test_a_message_is_delivered_at_its_slot(wire: Wire, wait: int, seconds: int) -> None:
    """Messages would leave faster than the pace allows, or a far slot would make publishing fail."""
    wire.queue.publish([samples.approved(at=NOON + wait)], NOON)
    assert wire.batches[0][0]["DelaySeconds"] == seconds


def test_a_retry_is_delivered_when_it_is_due(wire: Wire) -> None:
    """A re-published retry would spin through the queue until its back-off is over."""
    wire.queue.publish([replace(samples.approved(), retry_at=NOON + 30_000)], NOON)
    assert wire.batches[0][0]["DelaySeconds"] == 30


def test_each_organization_is_a_group(wire: Wire) -> None:
    """A campaign of one customer would hold up the single message of another."""
    other = replace(samples.approved(2), organization_id=samples.ANOTHER_ORGANIZATION)
    wire.queue.publish([samples.approved(1), other], NOON)
    groups = [entry["MessageGroupId"] for entry in wire.batches[0]]
    assert groups == [samples.ORGANIZATION, samples.ANOTHER_ORGANIZATION]


def test_ten_messages_go_in_one_call(wire: Wire) -> None:
    """SQS refuses larger batches; smaller ones cost ten times as much."""
    wire.queue.publish([samples.approved(number) for number in range(23)], NOON)
    assert [len(entries) for entries in wire.batches] == [10, 10, 3]
    assert all(len({entry["Id"] for entry in entries}) == len(entries) for entries in wire.batches)


def test_exactly_the_refused_messages_are_named(wire: Wire, sqs: Sqs) -> None:
    """A message refused by SQS would count as published and wait for the sweep, or all would be sent twice."""
    wire.refuse = {1, 4}
    intents = [samples.approved(number) for number in range(15)]
    refused = [intents[index].id for index in (1, 4, 11, 14)]
    assert list(wire.queue.publish(intents, NOON)) == refused
    arrived = {order.intent_id for _, order in received(sqs.client, sqs.url)}
    assert arrived == {intent.id for intent in intents} - set(refused)


def test_a_queue_that_does_not_exist_names_every_intent(sqs: Sqs) -> None:
    """A wrong setting would turn accepted requests into server errors."""
    queue = SqsExecutionQueue(sqs.client, f"{sqs.url}-gone")
    assert list(queue.publish([samples.approved()], NOON)) == [samples.approved().id]


def test_a_question_carries_ids_and_nothing_else(wire: Wire, sqs: Sqs) -> None:
    """A customer's phone or text would lie in queues, dead letters and their logs."""
    place = f"{samples.INSTANCE}/dispatch"
    wire.questions.publish_intents(samples.ORGANIZATION, [samples.an_id("int")])
    wire.questions.publish_places(samples.ORGANIZATION, [place])
    named = {"v": 1, "organization_id": samples.ORGANIZATION}
    bodies = [body for body, _ in received(sqs.client, sqs.url)]
    assert bodies == [{**named, "intents": [samples.an_id("int")]}, {**named, "place": place}]
    assert {entry["MessageGroupId"] for entries in wire.batches for entry in entries} == {samples.ORGANIZATION}


@pytest.mark.parametrize(("delay", "seconds"), [(0, 0), (1, 1), (1_000, 1), (HOUR, 900)])
def test_a_question_is_asked_after_its_delay(wire: Wire, delay: int, seconds: int) -> None:
    """The Gate would be asked before what the answer depends on is written."""
    wire.questions.publish_intents(samples.ORGANIZATION, [samples.an_id("int")], delay)
    assert wire.batches[0][0]["DelaySeconds"] == seconds


def test_exactly_the_refused_questions_are_named(wire: Wire, sqs: Sqs) -> None:
    """Intents nobody was asked about would count as asked about, or all would be asked about twice."""
    wire.refuse = {1}
    ids = [samples.an_id("int", number) for number in range(60)]
    assert list(wire.questions.publish_intents(samples.ORGANIZATION, ids)) == ids[25:50]
    assert list(wire.questions.publish_places(samples.ORGANIZATION, ["a", "b", "c"])) == ["b"]
    assert len(received(sqs.client, sqs.url)) == 4


@pytest.mark.parametrize(("delay", "seconds"), [(0, 0), (-5, 0), (1, 1), (5_001, 6), (24 * HOUR, 43_200)])
def test_a_delivery_comes_back_after_its_delay(wire: Wire, sqs: Sqs, delay: int, seconds: int) -> None:
    """A retry would come before its back-off, or a long wait would be refused and come at once."""
    wire.queue.publish([samples.approved()], NOON)
    [(_, order)] = received(sqs.client, sqs.url)
    wire.queue.postpone([(order, delay)])
    [entry] = wire.batches[-1]
    assert (entry["ReceiptHandle"], entry["VisibilityTimeout"]) == (order.receipt_handle, seconds)


def test_a_delivery_without_delay_comes_back_at_once(wire: Wire, sqs: Sqs) -> None:
    """A message whose lane was busy for a moment would wait for the whole visibility timeout."""
    wire.queue.publish([samples.approved()], NOON)
    [(_, order)] = received(sqs.client, sqs.url)
    assert received(sqs.client, sqs.url) == []
    wire.queue.postpone([(order, 0)])
    message = sqs.client.receive_message(QueueUrl=sqs.url)["Messages"][0]
    assert message["MessageId"] == order.message_id
