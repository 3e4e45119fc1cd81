"""All of Portaria in one process: the functions, AWS in memory, the local phone, and the hands that move them.

Nothing is faked but the time: the same clock stands behind the functions and behind the queues' delays. ::

    tenant = house.admit()
    intent = tenant.submit()
    house.work()
    assert tenant.show(intent["id"])["status"] == "SENT"
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from chalice.test import Client

import app as portaria
from chalicelib.adapters.dynamodb.intents import DynamoIntents
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.application.instances.registry import NewInstance
from chalicelib.bootstrap import services
from chalicelib.domain.connection import Connection
from chalicelib.domain.instance import InstancePurpose
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.policy import Policy
from infra.local.phone import LocalPhone
from tests import aws
from tests.events.builder import Context, schedule_event, sqs_event, sqs_record
from tests.integration.gateway import Gateway
from tests.integration.rights import RIGHTS
from tests.local_phone.driver import ADMIN, Driver, Receiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from chalice.app import Chalice

    from chalicelib.domain.instance import Instance
    from chalicelib.domain.intent import Intent
    from infra.local.phone import Timings
    from tests.fakes.clock import FakeClock

# No pause between slots: what is approved may leave at once.
UNHURRIED = Policy(per_minute=1_000, per_hour=10_000, per_day=100_000, min_interval=0, max_interval=0)
INTENTS = "/api/message-intents"
PHONE = "+5511987654321"


def wish(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    """A body of ``POST /api/message-intents`` that is fine, with some members changed."""
    return {"target": {"kind": "PHONE", "value": PHONE}, "content": {"type": "TEXT", "text": "Oi"}, **changes}


@dataclass(frozen=True)
class Answer:
    """What the API answered."""

    status: int
    headers: Mapping[str, Any]
    raw: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - the shape is what the tests look at
        """The decoded body."""
        return json.loads(self.raw)


class Handset:
    """The local phone, which can be switched off and on again without forgetting anything."""

    def __init__(self, state: Path, timings: Timings) -> None:
        self._state, self._timings = state, timings
        self._phone = LocalPhone(state=state, admin_token=ADMIN, timings=timings).start()
        self.driver = Driver(self._phone.url)

    def off(self) -> None:
        """Nobody answers any more."""
        self._phone.close()

    def on(self) -> None:
        """The same phone at the same address."""
        self._phone = LocalPhone(
            state=self._state, admin_token=ADMIN, timings=self._timings, port=self._phone.port
        ).start()

    def sends(self) -> list[str | None]:
        """Message id of every send that reached the phone, in order."""
        return [entry["id"] for entry in self.driver.log()["requests"] if entry["path"].startswith("/chat/send")]

    def texts(self) -> list[str]:
        """Text of every message that a receiver sees, in order."""
        return [message["body"] for message in self.driver.log()["messages"]]


class House:
    """A deployed Portaria, all of it in reach."""

    def __init__(self, handset: Handset, receiver: Receiver, clock: FakeClock, urls: Mapping[str, str]) -> None:
        self.phone, self.receiver, self.clock, self.urls = handset, receiver, clock, urls
        self.http = Client(cast("Chalice", Gateway(portaria.app))).http
        self.dynamodb, self.sqs = aws.dynamodb(), aws.sqs()
        self.table = urls["TABLE_NAME"]
        self.intents = DynamoIntents(Table(self.dynamodb, self.table), services().keyring)

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request; a header's name is written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with RIGHTS.of("api"):
            answer = self.http.request(method, path, headers=named, body=body)
        return Answer(answer.status_code, answer.headers, answer.body)

    def admit(self, policy: Policy = UNHURRIED, purpose: InstancePurpose = InstancePurpose.MIXED) -> Tenant:
        """A new organization with a key and one connected number."""
        organization, key = services().onboarding.create_organization("Loja", "ana@example.com", policy)
        tenant = Tenant(self, organization.id, key)
        tenant.add_number("Vendas", purpose)
        return tenant

    def items(self) -> list[dict[str, Any]]:
        """Everything in the table."""
        rows = self.dynamodb.get_paginator("scan").paginate(TableName=self.table).build_full_result()["Items"]
        return sorted(rows, key=lambda row: (row["pk"]["S"], row["sk"]["S"]))

    def receive(self, queue: str = "EXECUTION_QUEUE_URL", most: int = 10) -> list[dict[str, Any]]:
        """The messages that a function would be given now; SQS itself hands out ten at once."""
        found: list[dict[str, Any]] = []
        while len(found) < most:
            answer = self.sqs.receive_message(QueueUrl=self.urls[queue], MaxNumberOfMessages=min(10, most - len(found)))
            messages = answer.get("Messages", [])
            found += [sqs_record(one["Body"], one["MessageId"], one["ReceiptHandle"]) for one in messages]
            if not messages:
                break
        return found

    def execute(self, records: Iterable[Mapping[str, Any]], remaining: int = 15_000) -> list[str]:
        """Let the execute function work on a batch; returns the message ids it gives back."""
        with RIGHTS.of("execute"):
            return _failed(portaria.execute(sqs_event(records), Context(remaining)))

    def gate(self, records: Iterable[Mapping[str, Any]], remaining: int = 60_000) -> list[str]:
        """Let the gate function work on a batch; returns the message ids it gives back."""
        with RIGHTS.of("gate"):
            return _failed(portaria.gate(sqs_event(records), Context(remaining)))

    def ingest(self, records: Iterable[Mapping[str, Any]]) -> list[str]:
        """Let the ingest function work on a batch; returns the message ids it gives back."""
        with RIGHTS.of("ingest"):
            return _failed(portaria.ingest(sqs_event(records), Context()))

    def answer(self) -> list[str]:
        """Let the Gate be asked whatever is visible on its queue; returns the bodies that stayed there."""
        return self._poll("GATE_QUEUE_URL", self.gate)

    def work(self, most: int = 10) -> list[str]:
        """Deliver what is visible on the engine's and the providers' queue; returns the bodies that stayed there."""
        stayed = self._poll("EXECUTION_QUEUE_URL", self.execute, most)
        return stayed + self._poll("PROVIDER_EVENTS_QUEUE_URL", self.ingest)

    def sweep(self) -> None:
        """One tick, and everything the Gate is asked by it."""
        try:
            with RIGHTS.of("sweep"):
                portaria.sweep(schedule_event(), Context(55_000))
        finally:
            self.answer()

    def wait(self, seconds: float) -> None:
        """Let time pass and do what is due: tick, then work."""
        self.clock.advance(seconds)
        self.sweep()
        self.work()

    def _poll(self, queue: str, function: Any, most: int = 10) -> list[str]:  # noqa: ANN401 - one of the three above
        stayed: list[str] = []
        while batch := self.receive(queue, most):
            failed = function(batch)
            for record in batch:
                if record["messageId"] in failed:
                    stayed.append(record["body"])
                else:
                    self.sqs.delete_message(QueueUrl=self.urls[queue], ReceiptHandle=record["receiptHandle"])
        return stayed


@dataclass
class Tenant:
    """An organization with its key; its first number is ``instance_id``."""

    house: House
    id: str
    key: str
    instance_ids: list[str] = field(default_factory=list)

    @property
    def instance(self) -> Instance:
        """The first number as it is stored now."""
        return services().views.load(self.id).instances[self.instance_ids[0]]

    def add_number(self, name: str, purpose: InstancePurpose = InstancePurpose.MIXED) -> str:
        """Another number, connected; returns its id."""
        wanted = NewInstance(name, ProviderName.WHATSMEOW, purpose)
        instance = services().registry.create(self.id, "operator usr_1", wanted, None).instance
        self.instance_ids.append(instance.id)
        self.connect(instance.id)
        return instance.id

    def connect(self, instance_id: str) -> None:
        """Start a number's session on the phone, scan its code and learn of it."""
        services().sessions.connect(self.id, instance_id, "operator usr_1", self.house.receiver.url)
        assert self.house.phone.driver.control(f"sessions/{instance_id}/scan").status == 200
        stored = services().states.one(self.id, instance_id).instance
        assert services().probing.ask(stored).connection is Connection.CONNECTED

    def disconnect(self) -> None:
        """Let it be known that the first number is not connected."""
        now = self.house.clock.now()
        lost = replace(self.instance, connection=Connection.DISCONNECTED, connection_at=now, seen_at=now)
        assert services().directory.put_instance(lost)

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """One request with this organization's key; bytes are sent as they are, everything else as JSON."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.house.call(method, path, raw, Authorization=f"Bearer {self.key}", **headers)

    def post(self, body: object = None, **headers: str) -> Answer:
        """Hand a body in; without one it is a fine one."""
        return self.call("POST", INTENTS, wish() if body is None else body, **headers)

    def submit(self, **changes: Any) -> Any:  # noqa: ANN401 - JSON values
        """Hand in a fine wish with some members changed; returns the accepted intent. Time passes a little."""
        answer = self.post(wish(**changes))
        assert answer.status == 202, answer.raw
        self.house.clock.advance(0.001)
        return answer.json

    def show(self, intent: Any) -> Any:  # noqa: ANN401 - JSON values
        """An accepted intent as the API shows it now."""
        answer = self.call("GET", f"{INTENTS}/{intent['id']}")
        assert answer.status == 200, answer.raw
        return answer.json

    def stored(self, intent: Any) -> Intent:  # noqa: ANN401 - as above
        """An accepted intent as it is stored now."""
        found = self.house.intents.get(intent["id"])
        assert found is not None
        return found

    def statuses(self, *intents: Any) -> list[str]:  # noqa: ANN401 - as above
        """Where accepted intents are now."""
        return [self.show(intent)["status"] for intent in intents]


def events(intent: Any) -> list[str]:  # noqa: ANN401 - as above
    """The types of an intent's events."""
    return [event["type"] for event in intent["timeline"]]


def _failed(answer: Any) -> list[str]:  # noqa: ANN401 - what Lambda would get
    assert list(answer) == ["batchItemFailures"]
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]
