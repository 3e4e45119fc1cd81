"""A whole Portaria in this process, on servers that cost nothing: the real handlers, clients and threads."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import urllib3
from chalice.test import Client

import app as portaria
from chalicelib.application.webhooks import webhook_path
from chalicelib.bootstrap import services
from chalicelib.domain.contact import NumberCheck
from chalicelib.domain.policy import Policy
from chalicelib.domain.status import Status
from chalicelib.domain.values import MINUTE, Target, TargetKind
from infra.local.phone.webhooks import signature
from tests.aws import TABLE, batch_size
from tests.bench.environment import environment
from tests.bench.quick import KEEP, RESTORE, TAKE, quick
from tests.events.builder import Context, sqs_event, sqs_record
from tests.fakes.numbers import an_instance
from tests.integration.costs import TEXT
from tests.integration.gateway import Gateway
from tests.integration.hooks import receipt_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.contact import Contact
    from chalicelib.domain.instance import Instance
    from tests.integration.hooks import State

EXECUTION, GATE, EVENTS = "http://queues/execution", "http://queues/gate", "http://queues/events"
_INTENTS = "/api/message-intents"
# Nothing but the provider may limit: no pause, no rest, no limit that is reached.
_UNHURRIED = Policy(per_minute=1_000, per_hour=10_000, per_day=100_000, min_interval=0, max_interval=0)
_REMAINING = 120_000


@dataclass(frozen=True)
class Plant:
    """What can be done with it.

    Attributes:
        aws: The address of its AWS.
        key: The API key of whoever sends.
        http: Its API.
        log: What its functions wrote.
        number: The first of its numbers.
    """

    aws: str
    key: str
    http: Any
    log: StringIO
    number: Instance

    def post(self, body: Any, idempotency_key: str) -> Any:  # noqa: ANN401 - JSON values
        """Hand something in."""
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": idempotency_key}
        answer = self.http.request("POST", _INTENTS, headers=headers, body=json.dumps(body).encode())
        assert answer.status_code == 202, answer.body
        return json.loads(answer.body)

    def tell(self, intent: Any, state: State) -> None:  # noqa: ANN401 - as above
        """Let the provider of its first number tell of a receipt."""
        raw = receipt_of(intent["id"], self.number.id, state)
        proof = signature(services().keyring.derive("webhook-signature", self.number.id), raw)
        path = f"/api/{webhook_path(services().keyring, self.number)}"
        assert self.http.request("POST", path, headers={"X-HMAC-Signature": proof}, body=raw).status_code == 204

    def written(self) -> int:
        """How many bytes its functions wrote to their logs by now."""
        return len(self.log.getvalue().encode())

    def take(self, queue: str) -> list[str]:
        """The bodies of the messages in a queue, which is empty then."""
        return list(self.control(TAKE, QueueUrl=queue)["Bodies"])

    def restore(self) -> None:
        """Let the table be as it was at first."""
        self.control(RESTORE)

    def execute(self, bodies: Sequence[str], batch: int) -> None:
        """Send what messages name, one invocation after the other."""
        _work_off(portaria.execute, bodies, batch)

    def gate(self, bodies: Sequence[str]) -> None:
        """Decide what messages ask about."""
        _work_off(portaria.gate, bodies, batch_size("Gate"))

    def ingest(self, bodies: Sequence[str]) -> None:
        """Take in what messages point at."""
        _work_off(portaria.ingest, bodies, batch_size("Ingest"))

    def sent(self, bodies: Sequence[str]) -> int:
        """How many of the messages' intents are sent."""
        names = [json.loads(body)["intent_id"] for body in bodies]
        known = services()._intents.get_many(names)  # noqa: SLF001 - as it is stored
        return sum(intent.status is Status.SENT for intent in known.values())

    def control(self, target: str, **request: str) -> Any:  # noqa: ANN401 - JSON values
        """Ask its AWS for what no AWS does."""
        headers = {"X-Amz-Target": target}
        return urllib3.request("POST", self.aws, body=json.dumps(request).encode(), headers=headers).json()


@contextmanager
def plant(numbers: int, people: int, aws_seconds: float = 0.0, send_seconds: float = 0.0) -> Iterator[Plant]:
    """Open one.

    Args:
        numbers: So many connected numbers.
        people: So many people whose phones are known to be on WhatsApp and whom every number knows.
        aws_seconds: How long each call of AWS takes.
        send_seconds: How long each send takes.
    """
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        servers = stack.enter_context(quick(aws_seconds, send_seconds))
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        queues = {"GATE_QUEUE_URL": GATE, "EXECUTION_QUEUE_URL": EXECUTION, "PROVIDER_EVENTS_QUEUE_URL": EVENTS}
        urls = {"AWS_ENDPOINT_URL": servers.aws, "BRIDGE_URL": servers.bridge}
        for name, value in environment(TABLE_NAME=TABLE, **queues, **urls).items():
            patch.setenv(name, value)
        patch.setattr(boto3, "DEFAULT_SESSION", boto3.session.Session())
        log = stack.enter_context(redirect_stdout(StringIO()))
        services.cache_clear()
        stack.callback(services.cache_clear)
        organization, key = services().onboarding.create_organization("Loja", "ana@example.com", _UNHURRIED)
        connected = [_number(organization.id) for _ in range(numbers)]
        _people(organization.id, connected, people)
        http = Client(Gateway(portaria.app)).http  # type: ignore[arg-type]
        works = Plant(servers.aws, key, http, log, connected[0])
        works.control(KEEP)
        yield works


def _work_off(function: Any, bodies: Sequence[str], batch: int) -> None:  # noqa: ANN401 - a handler
    """Let a function work on messages, one invocation after the other; every one must be done with."""
    for start in range(0, len(bodies), batch):
        event = sqs_event(map(sqs_record, bodies[start : start + batch]))
        assert function(event, Context(_REMAINING)) == {"batchItemFailures": []}


def wish(person: int) -> dict[str, Any]:
    """A text of 200 characters to somebody."""
    return {"target": {"kind": "PHONE", "value": phone(person)}, "content": {"type": "TEXT", "text": TEXT}}


def phone(person: int) -> str:
    """Somebody's phone."""
    return f"+55119876{person:05d}"


def _number(organization_id: str) -> Instance:
    now = services().clock.now()
    name = services()._ids.new("ins")  # noqa: SLF001 - an id like any other
    number = replace(an_instance(name), organization_id=organization_id, connection_at=now, seen_at=now, warmed_up=True)
    assert services().directory.put_instance(number)
    return number


def _people(organization_id: str, numbers: Sequence[Instance], people: int) -> None:
    now = services().clock.now()
    for person in range(people):
        target = Target(TargetKind.PHONE, phone(person))
        check = NumberCheck(f"{target.value[1:]}@s.whatsapp.net", now)
        known = partial(_known, check, numbers[person % len(numbers)].id, now - MINUTE)
        services().book.learn(organization_id, target, (), known)


def _known(check: NumberCheck, number: str, heard_at: int, contact: Contact) -> Contact:
    return contact.checked(check).heard(number, heard_at, None)
