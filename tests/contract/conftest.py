"""Each port twice: the fake that the other tests trust, and the adapter on AWS in memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from botocore.config import Config
from moto import mock_aws

from chalicelib.adapters.dynamodb.alarms import DynamoAlarms
from chalicelib.adapters.dynamodb.batches import DynamoBatches
from chalicelib.adapters.dynamodb.campaigns import DynamoCampaigns
from chalicelib.adapters.dynamodb.codes import DynamoCodes
from chalicelib.adapters.dynamodb.contacts import DynamoContacts
from chalicelib.adapters.dynamodb.contents import DynamoContents
from chalicelib.adapters.dynamodb.gate_views import DynamoGateViews
from chalicelib.adapters.dynamodb.intents import DynamoIntents
from chalicelib.adapters.dynamodb.leases import DynamoLeases
from chalicelib.adapters.dynamodb.organizations import DynamoDirectory
from chalicelib.adapters.dynamodb.provider_events import DynamoProviderEvents
from chalicelib.adapters.dynamodb.redrives import DynamoRedrives
from chalicelib.adapters.dynamodb.simulations import DynamoSimulations
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.sqs import SqsExecutionQueue, SqsGateQueue
from chalicelib.application.ports.execution_queue import Order
from chalicelib.application.ports.gate_queue import Question
from chalicelib.application.ports.intents import LONGEST_LOOK
from tests import aws
from tests.fakes.clock import FakeClock
from tests.fakes.dead_letters import FakeRedrives
from tests.fakes.delivery import DeliveringQueue
from tests.fakes.intents import FakeIntents
from tests.fakes.keyring import FakeKeyring
from tests.fakes.organizations import FakeOrganizations
from tests.fakes.queue import FakeExecutionQueue, FakeGateQueue
from tests.fakes.store import (
    FakeAlarms,
    FakeCodes,
    FakeContacts,
    FakeContents,
    FakeLeases,
    FakeProviderEvents,
)
from tests.fakes.together import FakeBatches, FakeCampaigns, FakeSimulations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_sqs import SQSClient

    from chalicelib.application.ports.alarms import Alarms
    from chalicelib.application.ports.batches import Batches
    from chalicelib.application.ports.campaigns import Campaigns
    from chalicelib.application.ports.codes import Codes
    from chalicelib.application.ports.contacts import Contacts
    from chalicelib.application.ports.contents import Contents
    from chalicelib.application.ports.directory import Directory
    from chalicelib.application.ports.execution_queue import ExecutionQueue
    from chalicelib.application.ports.gate_queue import GateQueue
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.leases import Leases
    from chalicelib.application.ports.provider_events import ProviderEvents
    from chalicelib.application.ports.redrives import Redrives
    from chalicelib.application.ports.simulations import Simulations


@dataclass(frozen=True)
class Store:
    """Every port that lives in the table alone."""

    intents: Intents
    contents: Contents
    views: GateViews
    directory: Directory
    alarms: Alarms
    leases: Leases
    contacts: Contacts
    codes: Codes
    batches: Batches
    campaigns: Campaigns
    simulations: Simulations
    redrives: Redrives


@dataclass(frozen=True)
class Events:
    """Provider events; ``pointers`` takes the event ids that wait on the queue."""

    port: ProviderEvents
    pointers: Callable[[], list[str]]


@dataclass(frozen=True)
class Queue:
    """An execution queue; ``take`` receives what is visible now."""

    port: ExecutionQueue
    take: Callable[[], list[Order]]


@dataclass(frozen=True)
class Questions:
    """A gate queue; ``take`` receives what is visible now."""

    port: GateQueue
    take: Callable[[], list[Question]]


@dataclass(frozen=True)
class Sqs:
    """The execution queue on AWS in memory."""

    client: SQSClient
    url: str


@pytest.fixture
def in_memory() -> Iterator[None]:
    """AWS in memory, empty."""
    with mock_aws():
        yield


@pytest.fixture
def table(in_memory: None) -> Table:  # noqa: ARG001 - it must be there
    """The table, empty."""
    return Table(aws.dynamodb(), aws.create_table(aws.dynamodb()))


@pytest.fixture
def sqs(in_memory: None) -> Sqs:  # noqa: ARG001 - it must be there
    """The execution queue, empty."""
    return Sqs(aws.sqs(), aws.create_queue(aws.sqs(), "ExecutionQueue"))


@pytest.fixture(params=["fake", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Store:
    """The ports in dictionaries, then in the table."""
    if request.param == "fake":
        intents, organizations = FakeIntents(), FakeOrganizations()
        return Store(
            intents=intents,
            contents=FakeContents(),
            views=organizations,
            directory=organizations,
            alarms=FakeAlarms(intents, organizations),
            leases=FakeLeases(),
            contacts=FakeContacts(),
            codes=FakeCodes(),
            batches=FakeBatches(),
            campaigns=FakeCampaigns(organizations),
            simulations=FakeSimulations(),
            redrives=FakeRedrives(),
        )
    table: Table = request.getfixturevalue("table")
    return Store(
        intents=dynamo_intents(table),
        contents=DynamoContents(table),
        views=DynamoGateViews(table),
        directory=DynamoDirectory(table),
        alarms=DynamoAlarms(table),
        leases=DynamoLeases(table),
        contacts=DynamoContacts(table),
        codes=DynamoCodes(table),
        batches=DynamoBatches(table),
        campaigns=DynamoCampaigns(table),
        simulations=DynamoSimulations(table),
        redrives=DynamoRedrives(table),
    )


@pytest.fixture(params=["fake", "aws"])
def events(request: pytest.FixtureRequest) -> Events:
    """Provider events in a dictionary, then in the table with pointers on SQS."""
    if request.param == "fake":
        fake = FakeProviderEvents()
        return Events(fake, lambda: fake.pointers)
    table: Table = request.getfixturevalue("table")
    url = aws.create_queue(aws.sqs(), "ProviderEventsQueue")
    return Events(
        DynamoProviderEvents(table, aws.sqs(), url),
        lambda: [body["event_id"] for body, _ in received(aws.sqs(), url)],
    )


@pytest.fixture(params=["fake", "delivering", "sqs"])
def queue(request: pytest.FixtureRequest) -> Queue:
    """The queue in a list, the one that delivers, then on SQS."""
    if request.param == "fake":
        fake = FakeExecutionQueue()
        return Queue(fake, fake.take)
    if request.param == "delivering":
        delivering = DeliveringQueue(FakeClock())
        return Queue(delivering, lambda: [order for batch in iter(delivering.take, []) for order in batch])
    sqs: Sqs = request.getfixturevalue("sqs")
    return Queue(
        SqsExecutionQueue(sqs.client, sqs.url),
        lambda: [order for _, order in received(sqs.client, sqs.url)],
    )


@pytest.fixture(params=["fake", "sqs"])
def unreachable_queue(request: pytest.FixtureRequest) -> ExecutionQueue:
    """A queue that nobody answers for."""
    if request.param == "fake":
        fake = FakeExecutionQueue()
        fake.broken = True
        return fake
    return SqsExecutionQueue(_nobody(), "http://127.0.0.1:9/queue")


@pytest.fixture(params=["fake", "sqs"])
def questions(request: pytest.FixtureRequest) -> Questions:
    """The gate queue in a list, then on SQS."""
    if request.param == "fake":
        fake = FakeGateQueue()
        return Questions(fake, lambda: fake.take(1_000))
    request.getfixturevalue("in_memory")
    url = aws.create_queue(aws.sqs(), "GateQueue")
    return Questions(SqsGateQueue(aws.sqs(), url), lambda: asked(aws.sqs(), url))


@pytest.fixture(params=["fake", "sqs"])
def unreachable_questions(request: pytest.FixtureRequest) -> GateQueue:
    """A gate queue that nobody answers for."""
    if request.param == "fake":
        fake = FakeGateQueue()
        fake.broken = True
        return fake
    return SqsGateQueue(_nobody(), "http://127.0.0.1:9/queue")


def dynamo_intents(table: Table, longest_look: int = LONGEST_LOOK) -> DynamoIntents:
    """Intents in the table."""
    return DynamoIntents(table, FakeKeyring(), longest_look)


def received(client: SQSClient, url: str) -> list[tuple[dict[str, str], Order]]:
    """Everything that is visible on a queue now: each body, and as an order."""
    found: list[tuple[dict[str, str], Order]] = []
    while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            body = json.loads(message["Body"])
            intent_id, approval = body.get("intent_id", ""), body.get("approval", 0)
            found.append((body, Order(intent_id, approval, message["ReceiptHandle"], message["MessageId"])))
    return found


def asked(client: SQSClient, url: str) -> list[Question]:
    """Every question that is visible on a queue now."""
    found: list[Question] = []
    while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            body = json.loads(message["Body"])
            ids = tuple(body.get("intents", ()))
            about = (ids, body.get("place"), body.get("simulation"))
            found.append(Question(message["MessageId"], body["organization_id"], *about))
    return found


def _nobody() -> SQSClient:
    """A client of a port where nothing listens, and that the library of AWS in memory leaves alone."""
    config = Config(connect_timeout=1, retries={"total_max_attempts": 1})
    return aws.session().client("sqs", endpoint_url="http://127.0.0.1:9", config=config)
