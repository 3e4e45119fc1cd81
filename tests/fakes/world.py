"""A whole Portaria on fakes: every use case real, every port in memory, time in the test's hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.application.batches import BatchQueries, BatchWatch
from chalicelib.application.campaigns import CampaignBook
from chalicelib.application.clearing import Clearing
from chalicelib.application.confirmations import Confirmations
from chalicelib.application.contacts import ContactBook
from chalicelib.application.execution.batch import Budget, Execution
from chalicelib.application.execution.lane import LaneRunner
from chalicelib.application.execution.latecomers import Latecomers
from chalicelib.application.execution.lessons import Lessons
from chalicelib.application.execution.numbers import NumberChecks
from chalicelib.application.execution.opening import Opening
from chalicelib.application.execution.settlement import Settlement
from chalicelib.application.gatekeeping import Gatekeeper
from chalicelib.application.groups import GroupBook
from chalicelib.application.ingestion import Ingestion
from chalicelib.application.instances.controls import InstanceControls
from chalicelib.application.instances.health import HealthWatch
from chalicelib.application.instances.probing import Probing
from chalicelib.application.instances.registry import InstanceRegistry
from chalicelib.application.instances.sessions import Sessions
from chalicelib.application.instances.states import InstanceStates
from chalicelib.application.instances.writer import InstanceWriter
from chalicelib.application.intake import Draft, Intake
from chalicelib.application.intake.acceptance import Acceptance
from chalicelib.application.intake.bulk import BulkIntake
from chalicelib.application.onboarding import Onboarding
from chalicelib.application.operations import Operations
from chalicelib.application.place_sweep import PlaceSweep
from chalicelib.application.ports.provider_events import RawEvent
from chalicelib.application.questions import Questions
from chalicelib.application.recovery import Recovery
from chalicelib.application.reservations import Reservations
from chalicelib.application.unparking import Unparking
from chalicelib.application.waking import Waking
from chalicelib.domain.connection import Connection, Observation
from chalicelib.domain.instance import Instance
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.organization import Organization
from chalicelib.domain.values import Category, Origin, Purpose, Target, TargetKind, Text
from tests.fakes.clock import FakeClock
from tests.fakes.fan_out import sequential
from tests.fakes.ids import FakeIds
from tests.fakes.intents import FakeIntents
from tests.fakes.journal import FakeJournal
from tests.fakes.keyring import FakeKeyring
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, an_instance
from tests.fakes.organizations import FakeOrganizations
from tests.fakes.provider import FakeProvider
from tests.fakes.queue import FakeExecutionQueue, FakeGateQueue
from tests.fakes.store import (
    FakeAlarms,
    FakeCodes,
    FakeContacts,
    FakeContents,
    FakeLeases,
    FakeProviderEvents,
)
from tests.fakes.together import FakeBatches, FakeCampaigns

if TYPE_CHECKING:
    from chalicelib.application.execution.batch import BatchResult
    from chalicelib.application.ports.execution_queue import Order
    from chalicelib.application.ports.provider import ProviderEvent
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.policy import Policy


def draft(text: str = "Olá", purpose: Purpose = Purpose.DISPATCH, instance_id: str | None = None) -> Draft:
    """A wish as a client writes it."""
    return Draft(
        target=Target(TargetKind.PHONE, "+5511987654321"),
        content=Text(text),
        purpose=purpose,
        origin=Origin.API,
        category=Category.UTILITY,
        instance_id=instance_id,
        send_at=None,
        expires_at=None,
        external_id=None,
    )


class World:
    """Use cases on fakes. ``submit`` accepts, ``work`` runs the engine on what is queued, ``sweep`` ticks."""

    def __init__(self, policy: Policy = FAST, instances: tuple[str, ...] = (INSTANCE,)) -> None:
        """Create one organization with connected numbers."""
        self.clock, self.ids, self.journal = FakeClock(), FakeIds(), FakeJournal()
        self.intents, self.contents, self.leases = FakeIntents(), FakeContents(), FakeLeases()
        self.gate_queue, self.queue, self.codes = FakeGateQueue(), FakeExecutionQueue(), FakeCodes()
        self.organizations, self.provider, self.events = FakeOrganizations(), FakeProvider(), FakeProviderEvents()
        self.batch_store, self.campaign_store = FakeBatches(), FakeCampaigns(self.organizations)
        self.alarms = FakeAlarms(self.intents, self.organizations)
        self.book = ContactBook(FakeContacts(), self.ids)
        self.organizations.put_organization(Organization(ORGANIZATION, "Loja", "pt-BR", "America/Sao_Paulo", policy))
        for name in instances:
            self.organizations.put_instance(an_instance(name))
        self._build()

    def _build(self) -> None:
        reservations = Reservations(self.organizations, self.book, self.clock, self.ids, self.journal)
        self.settlement = Settlement(self.intents, reservations, self.clock, self.journal)
        self.gatekeeper = Gatekeeper(
            views=self.organizations,
            book=self.book,
            intents=self.intents,
            alarms=self.alarms,
            queue=self.queue,
            reservations=reservations,
            fan_out=sequential,
            clock=self.clock,
            ids=self.ids,
            journal=self.journal,
        )
        self.campaigns = CampaignBook(self.campaign_store, self.gate_queue, self.clock, self.ids)
        acceptance = Acceptance(self.gatekeeper, self.campaigns, self.intents, lambda _phone: None, self.clock)
        self.intake = Intake(
            acceptance=acceptance,
            bulk=BulkIntake(
                acceptance=acceptance,
                batches=self.batch_store,
                intents=self.intents,
                contents=self.contents,
                queue=self.gate_queue,
                fan_out=sequential,
                clock=self.clock,
                journal=self.journal,
            ),
            gatekeeper=self.gatekeeper,
            gate_queue=self.gate_queue,
            intents=self.intents,
            contents=self.contents,
            fan_out=sequential,
            ids=self.ids,
        )
        self.batches = BatchQueries(self.batch_store, self.intents)
        self.batch_watch = BatchWatch(self.batch_store, self.intents, self.gate_queue, self.clock, self.journal)
        self.clearing = Clearing(self.campaign_store, self.intents, self.gatekeeper, self.clock, self.journal)
        providers = {ProviderName.WHATSMEOW: self.provider}
        self.waking = Waking(self.alarms, self.gate_queue, self.journal)
        self.writer = InstanceWriter(self.organizations, self.clock, self.ids, self.waking)
        self.probing = Probing(
            writer=self.writer,
            health=HealthWatch(self.intents, self.clock),
            providers=providers,
            codes=self.codes,
            leases=self.leases,
            alarms=self.alarms,
            fan_out=sequential,
            clock=self.clock,
            ids=self.ids,
            journal=self.journal,
        )
        self.registry = InstanceRegistry(
            directory=self.organizations,
            writer=self.writer,
            providers=providers,
            clock=self.clock,
            ids=self.ids,
            journal=self.journal,
        )
        self.states = InstanceStates(self.organizations, self.writer, self.leases, self.clock)
        self.controls = InstanceControls(self.writer, self.clock)
        onboarding = Onboarding(self.organizations, self.ids, self.waking)
        self.operations = Operations(onboarding, self.organizations, self.organizations, self.states, self.clock)
        group_book = GroupBook(self.organizations, providers, self.clock)
        self.sessions = Sessions(
            writer=self.writer,
            probing=self.probing,
            group_book=group_book,
            providers=providers,
            codes=self.codes,
            keyring=FakeKeyring(),
            clock=self.clock,
        )
        self.ingestion = Ingestion(
            providers=providers,
            events=self.events,
            intents=self.intents,
            settlement=self.settlement,
            book=self.book,
            directory=self.organizations,
            writer=self.writer,
            probing=self.probing,
            confirmations=Confirmations(self.intake),
            journal=self.journal,
        )
        runner = LaneRunner(
            intents=self.intents,
            providers=providers,
            views=self.organizations,
            book=self.book,
            numbers=NumberChecks(providers, self.book, self.clock, self.journal),
            groups=group_book,
            lessons=Lessons(self.book, self.writer, self.clock, self.journal),
            settlement=self.settlement,
            gatekeeper=self.gatekeeper,
            clock=self.clock,
            journal=self.journal,
            send_budget=5,
        )
        self.execution = Execution(
            intents=self.intents,
            opening=Opening(self.contents, self.organizations, self.book, sequential, self.clock),
            leases=self.leases,
            queue=self.queue,
            runner=runner,
            latecomers=Latecomers(self.settlement, self.gatekeeper, self.clock),
            waking=self.waking,
            fan_out=sequential,
            clock=self.clock,
            ids=self.ids,
            journal=self.journal,
        )
        self.recovery = Recovery(
            alarms=self.alarms,
            intents=self.intents,
            queue=self.queue,
            waking=self.waking,
            settlement=self.settlement,
            gatekeeper=self.gatekeeper,
            views=self.organizations,
            fan_out=sequential,
            clock=self.clock,
            journal=self.journal,
        )
        self.unparking = Unparking(self.alarms, self.intents, self.organizations, self.gatekeeper, self.clock)
        self.questions = Questions(self.intents, self.gatekeeper, self.unparking, self.waking, self.clock, self.journal)
        self.place_sweep = PlaceSweep(
            alarms=self.alarms,
            intents=self.intents,
            views=self.organizations,
            unparking=self.unparking,
            waking=self.waking,
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
        """One tick, and everything the Gate is asked by it."""
        self.tick()
        self.answer()

    def tick(self) -> None:
        """One tick."""
        stop_at = self.clock.monotonic() + 30
        self.recovery.wake(stop_at)
        self.probing.due(stop_at)
        self.place_sweep.run(stop_at)
        self.batch_watch.look(stop_at)
        self.clearing.work(stop_at)

    def answer(self) -> None:
        """Let the Gate be asked whatever is on its queue; what fails is not delivered again."""
        while questions := self.gate_queue.take():
            self.questions.answer(questions, self.clock.monotonic() + 30)

    def hear(self, *facts: ProviderEvent, instance_id: str = INSTANCE) -> None:
        """Work on an event in which the provider says these facts."""
        event_id = self.ids.new("evt")
        body = event_id.encode()
        self.provider.facts[body] = list(facts)
        now = self.clock.now()
        self.events.keep(RawEvent(event_id, ProviderName.WHATSMEOW, ORGANIZATION, instance_id, now, body))
        self.ingestion.work(event_id)

    def now(self, intent: Intent) -> Intent:
        """The intent as stored now."""
        stored = self.intents.get(intent.id)
        if stored is None:
            raise AssertionError(f"{intent.id} is lost")
        return stored

    def change_instance(self, connection: Connection, name: str = INSTANCE) -> None:
        """Let the provider say so from now on, and write it down."""
        self.provider.seen = Observation(connection)
        known = self.organizations.known[name]
        now = self.clock.now()
        self.organizations.put_instance(replace(known, connection=connection, seen_at=now, connection_at=now))

    def instance(self, name: str = INSTANCE) -> Instance:
        """A number as stored now."""
        return self.organizations.known[name]
