"""A process full of deciders: each asks the real Gate about its own intents, one after the other, on the real table."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.gate_views import DynamoGateViews
from chalicelib.bootstrap import Services
from chalicelib.domain.intent import Intent
from chalicelib.domain.request import Request
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, Category, ContentType, Origin, Purpose, Target, TargetKind
from chalicelib.settings import Settings
from infra.local.run import isolate
from tests import aws
from tests.fakes.journal import FakeJournal

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Table
    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.domain.usage import Usage


@dataclass(frozen=True)
class Orders:
    """What a process of deciders is to do.

    Attributes:
        endpoint: The embedded AWS.
        organization_id: Whose intents.
        purposes: Of the intents, in turn.
        deciders: So many ask at once.
        each: So many intents does each of them ask about.
        first_phone: The people written to have this number and those after it.
        begin: When all begin, seconds since the epoch by the machine's clock.
        ahead: How far ahead of the machine's clock the Gate's runs, ms.
    """

    endpoint: str
    organization_id: str
    purposes: tuple[Purpose, ...]
    deciders: int
    each: int
    first_phone: int
    begin: float
    ahead: int


@dataclass(frozen=True)
class Work:
    """What came of it.

    Attributes:
        slots: Every approved slot, ms.
        replies: So many of them are replies'.
        deferred: So many were told to wait.
        undecided: So many stayed contended.
        writes: So often was a usage to be written.
        refused: So often had somebody else written first.
        seconds: From the beginning to the last decision.
    """

    slots: tuple[int, ...]
    replies: int
    deferred: int
    undecided: int
    writes: int
    refused: int
    seconds: float


class _Clock:
    """The machine's clock, some hours on."""

    def __init__(self, ahead: int) -> None:
        self._ahead = ahead

    def now(self) -> int:
        return time.time_ns() // 1_000_000 + self._ahead

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class _Counted(DynamoGateViews):
    """The Gate's views, with its writes counted."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.results: list[bool] = []

    def save_usage(self, organization_id: str, usage: Usage) -> bool:
        stored = super().save_usage(organization_id, usage)
        self.results.append(stored)
        return stored


def work(orders: Orders) -> Work:
    """Let all deciders of this process begin at once, and wait for them."""
    isolate(orders.endpoint)
    services = Services(_settings())
    views = _Counted(services._table)  # noqa: SLF001 - nothing but the Gate is to be driven
    services.__dict__.update(clock=_Clock(orders.ahead), journal=FakeJournal(), views=views)
    gatekeeper = services._gatekeeper  # noqa: SLF001 - as above
    batches = [_intents(orders, number) for number in range(orders.deciders)]
    with ThreadPoolExecutor(orders.deciders) as pool:
        time.sleep(max(0.0, orders.begin - time.time()))
        begun = time.monotonic()
        done = pool.map(partial(_decide, gatekeeper), batches)
        decided = [intent for intents in done for intent in intents]
    approved = [intent for intent in decided if intent.status is Status.APPROVED]
    statuses = [intent.status for intent in decided]
    return Work(
        slots=tuple(intent.not_before for intent in approved),
        replies=sum(intent.request.purpose is Purpose.REPLY for intent in approved),
        deferred=statuses.count(Status.QUEUED),
        undecided=statuses.count(Status.PENDING),
        writes=len(views.results),
        refused=views.results.count(False),
        seconds=time.monotonic() - begun,
    )


def _decide(gatekeeper: Gatekeeper, intents: list[Intent]) -> list[Intent]:
    done: list[Intent] = []
    for intent in intents:
        view = gatekeeper.view(intent.organization_id, {intent.id: intent.request.target})
        done += gatekeeper.decide([intent], view)
    return done


def _intents(orders: Orders, decider: int) -> list[Intent]:
    now = _Clock(orders.ahead).now()
    ids = Services(_settings())._ids  # noqa: SLF001 - as above
    phones = range(orders.first_phone + decider * orders.each, orders.first_phone + (decider + 1) * orders.each)
    requests = [_request(purpose, phone, now) for purpose, phone in zip(cycle(orders.purposes), phones, strict=False)]
    blanks = [Intent(ids.new("int"), orders.organization_id, request) for request in requests]
    return [blank.record(EventType.ACCEPTED, now, "client key_1") for blank in blanks]


def _request(purpose: Purpose, phone: int, now: int) -> Request:
    return Request(
        target=Target(TargetKind.PHONE, f"+55119{phone:08d}"),
        purpose=purpose,
        origin=Origin.API,
        category=Category.UTILITY,
        instance_id=None,
        send_at=None,
        expires_at=now + DAY,
        external_id=None,
        fingerprint=f"{phone:032d}",
        content_type=ContentType.TEXT,
    )


def _settings() -> Settings:
    """The table; everything else leads nowhere."""
    nowhere = {name: "1" if name.endswith("seconds") else "http://127.0.0.1:9/api" for name in Settings.model_fields}
    return Settings.model_validate(nowhere | {"table_name": aws.TABLE, "execution_queue_enabled": True})
