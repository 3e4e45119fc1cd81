"""Every use case with what it needs."""

from __future__ import annotations

from functools import cached_property

from chalicelib.application.confirmations import Confirmations
from chalicelib.application.execution.batch import Execution
from chalicelib.application.execution.lane import LaneRunner
from chalicelib.application.execution.latecomers import Latecomers
from chalicelib.application.execution.lessons import Lessons
from chalicelib.application.execution.numbers import NumberChecks
from chalicelib.application.execution.opening import Opening
from chalicelib.application.groups import GroupBook
from chalicelib.application.ingestion import Ingestion
from chalicelib.application.instances.board import InstanceBoards
from chalicelib.application.instances.controls import InstanceControls
from chalicelib.application.instances.health import HealthWatch
from chalicelib.application.instances.probing import Probing
from chalicelib.application.instances.registry import InstanceRegistry
from chalicelib.application.instances.sessions import Sessions
from chalicelib.application.instances.states import InstanceStates
from chalicelib.application.instances.writer import InstanceWriter
from chalicelib.application.members import Members
from chalicelib.application.onboarding import Onboarding
from chalicelib.application.operations import Operations
from chalicelib.application.overview import Overviews
from chalicelib.application.place_sweep import PlaceSweep
from chalicelib.application.policies import Policies
from chalicelib.application.projection import Projection
from chalicelib.application.queries import IntentQueries
from chalicelib.application.questions import Questions
from chalicelib.application.recovery import Recovery
from chalicelib.application.rollups import RollupQueries
from chalicelib.application.unparking import Unparking
from chalicelib.application.waking import Waking
from chalicelib.application.webhooks import WebhookIntake
from chalicelib.bootstrap.adapters import CONNECT_SECONDS
from chalicelib.bootstrap.gate import GateServices


class Services(GateServices):
    """Every use case, created when it is first asked for."""

    @cached_property
    def queries(self) -> IntentQueries:
        """Answers questions about intents."""
        return IntentQueries(self._intents, self._contents, self._providers)

    @cached_property
    def execution(self) -> Execution:
        """Carries out approvals."""
        runner = LaneRunner(
            intents=self._intents,
            providers=self._providers,
            views=self.views,
            book=self.book,
            numbers=NumberChecks(self._providers, self.book, self.clock, self.journal),
            groups=self._group_book,
            lessons=Lessons(self.book, self._writer, self.clock, self.journal),
            settlement=self._settlement,
            gatekeeper=self._gatekeeper,
            clock=self.clock,
            journal=self.journal,
            send_budget=self.settings.send_timeout_seconds + CONNECT_SECONDS,
        )
        return Execution(
            intents=self._intents,
            opening=Opening(self._contents, self.views, self.book, self._fan_out, self.clock),
            leases=self._leases,
            queue=self._queue,
            runner=runner,
            latecomers=Latecomers(self._settlement, self._gatekeeper, self.clock),
            waking=self._waking,
            fan_out=self._fan_out,
            clock=self.clock,
            ids=self._ids,
            journal=self.journal,
            enabled=self.settings.execution_queue_enabled,
        )

    @cached_property
    def recovery(self) -> Recovery:
        """Wakes what is due."""
        return Recovery(
            alarms=self._alarms,
            intents=self._intents,
            queue=self._queue,
            waking=self._waking,
            settlement=self._settlement,
            gatekeeper=self._gatekeeper,
            views=self.views,
            fan_out=self._fan_out,
            clock=self.clock,
            journal=self.journal,
            enabled=self.settings.execution_queue_enabled,
        )

    @cached_property
    def place_sweep(self) -> PlaceSweep:
        """Looks at every parking place."""
        return PlaceSweep(
            alarms=self._alarms,
            intents=self._intents,
            views=self.views,
            unparking=self._unparking,
            waking=self._waking,
            fan_out=self._fan_out,
            clock=self.clock,
            journal=self.journal,
        )

    @cached_property
    def questions(self) -> Questions:
        """Asks the Gate what was put on its queue."""
        return Questions(self._intents, self._gatekeeper, self._unparking, self._waking, self.clock, self.journal)

    @cached_property
    def webhook_intake(self) -> WebhookIntake:
        """Takes webhooks in."""
        return WebhookIntake(
            providers=self._providers,
            events=self._events,
            keyring=self.keyring,
            clock=self.clock,
            ids=self._ids,
            journal=self.journal,
        )

    @cached_property
    def ingestion(self) -> Ingestion:
        """Works on kept events."""
        return Ingestion(
            providers=self._providers,
            events=self._events,
            intents=self._intents,
            settlement=self._settlement,
            book=self.book,
            directory=self.directory,
            writer=self._writer,
            probing=self.probing,
            confirmations=Confirmations(self.intake),
            journal=self.journal,
        )

    @cached_property
    def projection(self) -> Projection:
        """Counts by the hour."""
        return Projection(self._changes, self._rollups, self._dead_records, self._fan_out, self.journal)

    @cached_property
    def rollups(self) -> RollupQueries:
        """What was counted."""
        return RollupQueries(self._rollups, self._writer, self.clock)

    @cached_property
    def onboarding(self) -> Onboarding:
        """Brings organizations in."""
        return Onboarding(self.directory, self._ids, self._waking)

    @cached_property
    def operations(self) -> Operations:
        """Stops all of an organization's sending."""
        enabled = self.settings.execution_queue_enabled
        return Operations(self.onboarding, self.directory, self.views, self.states, self.clock, enabled)

    @cached_property
    def policies(self) -> Policies:
        """What paces numbers."""
        return Policies(self.onboarding, self.directory, self.clock, frozenset(self._providers))

    @cached_property
    def members(self) -> Members:
        """Lets people in."""
        return Members(self.identities, self.directory, self._ids)

    @cached_property
    def registry(self) -> InstanceRegistry:
        """What numbers there are."""
        return InstanceRegistry(
            directory=self.directory,
            writer=self._writer,
            providers=self._providers,
            clock=self.clock,
            ids=self._ids,
            journal=self.journal,
        )

    @cached_property
    def states(self) -> InstanceStates:
        """Answers questions about numbers."""
        return InstanceStates(self.directory, self._writer, self._leases, self.clock)

    @cached_property
    def boards(self) -> InstanceBoards:
        """All numbers side by side."""
        return InstanceBoards(self.views, self.states, self.settings.execution_queue_enabled)

    @cached_property
    def overviews(self) -> Overviews:
        """What an operator sees first."""
        return Overviews(self.boards, self._intents, self._fan_out, self.clock)

    @cached_property
    def controls(self) -> InstanceControls:
        """Stops by hand."""
        return InstanceControls(self._writer, self.clock)

    @cached_property
    def sessions(self) -> Sessions:
        """Connects numbers."""
        return Sessions(
            writer=self._writer,
            probing=self.probing,
            group_book=self._group_book,
            providers=self._providers,
            codes=self._codes,
            keyring=self.keyring,
            clock=self.clock,
        )

    @cached_property
    def probing(self) -> Probing:
        """Asks providers about sessions."""
        return Probing(
            writer=self._writer,
            health=HealthWatch(self._intents, self.clock),
            providers=self._providers,
            codes=self._codes,
            leases=self._leases,
            alarms=self._alarms,
            fan_out=self._fan_out,
            clock=self.clock,
            ids=self._ids,
            journal=self.journal,
        )

    @cached_property
    def _group_book(self) -> GroupBook:
        return GroupBook(self.views, self._providers, self.clock)

    @cached_property
    def _writer(self) -> InstanceWriter:
        return InstanceWriter(self.directory, self.clock, self._ids, self._waking)

    @cached_property
    def _waking(self) -> Waking:
        return Waking(self._alarms, self._gate_queue, self.journal)

    @cached_property
    def _unparking(self) -> Unparking:
        return Unparking(self._alarms, self._intents, self.views, self._gatekeeper, self.clock)
