"""A whole Portaria on fakes: every use case real, every port in memory, time in the test's hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.application.execution.batch import Budget, Execution
from chalicelib.application.execution.lane import LaneRunner
from chalicelib.application.execution.settlement import Settlement
from chalicelib.application.gatekeeping import Gatekeeper
from chalicelib.application.intake import Draft, Intake
from chalicelib.application.recovery import Recovery
from chalicelib.application.reservations import Reservations
from chalicelib.application.unparking import Unparking
from chalicelib.domain.instance import Connection, Instance, InstancePurpose, Lifecycle
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.organization import Organization
from chalicelib.domain.policy import Policy
from chalicelib.domain.values import Category, Content, ContentType, Origin, Purpose, Target, TargetKind
from tests.fakes.clock import FakeClock
from tests.fakes.fan_out import sequential
from tests.fakes.ids import FakeIds
from tests.fakes.journal import FakeJournal
from tests.fakes.provider import FakeProvider
from tests.fakes.queue import FakeExecutionQueue
from tests.fakes.store import FakeAlarms, FakeContents, FakeIntents, FakeLanes, FakeOrganizations

if TYPE_CHECKING:
    from chalicelib.application.execution.batch import BatchResult
    from chalicelib.application.ports.execution_queue import Order
    from chalicelib.domain.intent import Intent

ORGANIZATION = "org_1"
INSTANCE = "ins_1"
FAST = Policy(per_minute=1_000, per_hour=10_000, per_day=100_000, min_interval=0, max_interval=0)


def draft(text: str = "Olá", purpose: Purpose = Purpose.DISPATCH, instance_id: str | None = None) -> Draft:
    """A wish as a client writes it."""
    return Draft(
        target=Target(TargetKind.PHONE, "+5511987654321"),
        content=Content(ContentType.TEXT, text),
        purpose=purpose,
        origin=Origin.API,
        category=Category.UTILITY,
        instance_id=instance_id,
        send_at=None,
        expires_at=None,
        external_id=None,
    )


def an_instance(name: str = INSTANCE, connection: Connection = Connection.CONNECTED) -> Instance:
    """A connected number."""
    return Instance(
        id=name,
        organization_id=ORGANIZATION,
        name="Vendas",
        provider=ProviderName.WHATSMEOW,
        purpose=InstancePurpose.MIXED,
        lifecycle=Lifecycle.ACTIVE,
        connection=connection,
        connection_at=0,
    )


class World:
    """Use cases on fakes. ``submit`` accepts, ``work`` runs the engine on what is queued, ``sweep`` ticks."""

    def __init__(self, policy: Policy = FAST, instances: tuple[str, ...] = (INSTANCE,)) -> None:
        """Create one organization with connected numbers."""
        self.clock, self.ids, self.journal = FakeClock(), FakeIds(), FakeJournal()
        self.intents, self.contents, self.lanes = FakeIntents(), FakeContents(), FakeLanes()
        self.organizations, self.queue, self.provider = FakeOrganizations(), FakeExecutionQueue(), FakeProvider()
        self.alarms = FakeAlarms(self.intents)
        self.organizations.put_organization(
            Organization(ORGANIZATION, "Loja", "pt-BR", "America/Sao_Paulo", policy),
        )
        for name in instances:
            self.organizations.put_instance(an_instance(name))
        self._build()

    def _build(self) -> None:
        reservations = Reservations(self.organizations, self.clock, self.ids, self.journal)
        self.settlement = Settlement(self.intents, reservations, self.clock, self.journal)
        self.gatekeeper = Gatekeeper(
            views=self.organizations,
            intents=self.intents,
            alarms=self.alarms,
            queue=self.queue,
            reservations=reservations,
            fan_out=sequential,
            clock=self.clock,
            ids=self.ids,
            journal=self.journal,
        )
        self.intake = Intake(
            gatekeeper=self.gatekeeper,
            views=self.organizations,
            intents=self.intents,
            contents=self.contents,
            fan_out=sequential,
            clock=self.clock,
            ids=self.ids,
        )
        providers = {ProviderName.WHATSMEOW: self.provider}
        runner = LaneRunner(
            providers=providers,
            views=self.organizations,
            directory=self.organizations,
            alarms=self.alarms,
            settlement=self.settlement,
            clock=self.clock,
            send_budget=5,
        )
        self.execution = Execution(
            intents=self.intents,
            contents=self.contents,
            views=self.organizations,
            lanes=self.lanes,
            queue=self.queue,
            runner=runner,
            settlement=self.settlement,
            fan_out=sequential,
            clock=self.clock,
            ids=self.ids,
            journal=self.journal,
        )
        self.recovery = Recovery(
            alarms=self.alarms,
            intents=self.intents,
            gatekeeper=self.gatekeeper,
            queue=self.queue,
            settlement=self.settlement,
            fan_out=sequential,
            clock=self.clock,
            journal=self.journal,
        )
        self.unparking = Unparking(
            alarms=self.alarms,
            intents=self.intents,
            views=self.organizations,
            directory=self.organizations,
            providers=providers,
            recovery=self.recovery,
            fan_out=sequential,
            clock=self.clock,
            journal=self.journal,
        )

    def submit(self, wish: Draft | None = None, key: str | None = None) -> Intent:
        """Hand one intent in."""
        return self.intake.submit(ORGANIZATION, "client key_1", wish or draft(), key).intent

    def work(self, orders: list[Order] | None = None, remaining: float = 60) -> BatchResult:
        """Run the engine once on everything that is queued, at the latest slot among it."""
        orders = self.queue.take() if orders is None else orders
        return self.execution.run(orders, Budget(remaining, lease_margin=5_000))

    def sweep(self) -> None:
        """One tick."""
        stop_at = self.clock.monotonic() + 30
        self.recovery.wake(stop_at)
        self.unparking.look(stop_at)

    def now(self, intent: Intent) -> Intent:
        """The intent as stored now."""
        stored = self.intents.get(intent.id)
        if stored is None:
            raise AssertionError(f"{intent.id} is lost")
        return stored

    def change_instance(self, connection: Connection, name: str = INSTANCE) -> None:
        """Write what is known about a number."""
        self.organizations.put_instance(replace(self.organizations.instances[name], connection=connection))
