"""The composition root: the only place that knows which adapter stands behind which port."""

from __future__ import annotations

from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from botocore.config import Config

from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.cognito import Cognito
from chalicelib.adapters.dynamodb.alarms import DynamoAlarms
from chalicelib.adapters.dynamodb.codes import DynamoCodes
from chalicelib.adapters.dynamodb.contacts import DynamoContacts
from chalicelib.adapters.dynamodb.contents import DynamoContents
from chalicelib.adapters.dynamodb.intents import DynamoIntents
from chalicelib.adapters.dynamodb.leases import DynamoLeases
from chalicelib.adapters.dynamodb.organizations import DynamoDirectory, DynamoGateViews
from chalicelib.adapters.dynamodb.provider_events import DynamoProviderEvents
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.fan_out import ThreadFanOut
from chalicelib.adapters.http import http_pool
from chalicelib.adapters.ids import UlidIds
from chalicelib.adapters.journal import PowertoolsJournal
from chalicelib.adapters.keyring import DerivingKeyring
from chalicelib.adapters.providers.whatsmeow.adapter import WhatsmeowProvider
from chalicelib.adapters.providers.whatsmeow.bridge import Bridge
from chalicelib.adapters.secret_store import SecretStore
from chalicelib.adapters.sqs import SqsExecutionQueue
from chalicelib.application.contacts import ContactBook
from chalicelib.application.execution.batch import Execution
from chalicelib.application.execution.lane import LaneRunner
from chalicelib.application.execution.numbers import NumberChecks
from chalicelib.application.execution.settlement import Settlement
from chalicelib.application.gatekeeping import Gatekeeper
from chalicelib.application.ingestion import Ingestion
from chalicelib.application.instances.board import InstanceBoards
from chalicelib.application.instances.controls import InstanceControls
from chalicelib.application.instances.probing import Probing
from chalicelib.application.instances.registry import InstanceRegistry
from chalicelib.application.instances.sessions import Sessions
from chalicelib.application.instances.states import InstanceStates
from chalicelib.application.instances.writer import InstanceWriter
from chalicelib.application.intake import Intake
from chalicelib.application.members import Members
from chalicelib.application.onboarding import Onboarding
from chalicelib.application.overview import Overviews
from chalicelib.application.queries import IntentQueries
from chalicelib.application.recovery import Recovery
from chalicelib.application.reservations import Reservations
from chalicelib.application.unparking import Unparking
from chalicelib.application.webhooks import WebhookIntake
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.ports.provider import Provider

# Ten messages a batch, each with its number and a stage of writes: more threads would only wait.
_WIDTH = 10
_CONNECT_SECONDS = 3.0


class Services:
    """Every use case with its adapters, each created when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def clock(self) -> SystemClock:
        """The machine's clock."""
        return SystemClock()

    @cached_property
    def journal(self) -> PowertoolsJournal:
        """Logs and metrics."""
        return PowertoolsJournal(Logger(), Metrics())

    @cached_property
    def directory(self) -> DynamoDirectory:
        """Organizations, instances and keys."""
        return DynamoDirectory(self._table)

    @cached_property
    def keyring(self) -> DerivingKeyring:
        """Derived secrets."""
        return DerivingKeyring(partial(self._secrets.read, self.settings.master_secret_id))

    @cached_property
    def intake(self) -> Intake:
        """Accepts intents."""
        return Intake(
            gatekeeper=self._gatekeeper,
            book=self.book,
            intents=self._intents,
            contents=self._contents,
            clock=self.clock,
            ids=self._ids,
            journal=self.journal,
        )

    @cached_property
    def queries(self) -> IntentQueries:
        """Answers questions about intents."""
        return IntentQueries(self._intents, self._contents, self._providers)

    @cached_property
    def execution(self) -> Execution:
        """Carries out approvals."""
        runner = LaneRunner(
            providers=self._providers,
            views=self.views,
            book=self.book,
            numbers=NumberChecks(self._providers, self.book, self.clock, self.journal),
            writer=self._writer,
            settlement=self._settlement,
            clock=self.clock,
            journal=self.journal,
            send_budget=self.settings.send_timeout_seconds + _CONNECT_SECONDS,
        )
        return Execution(
            intents=self._intents,
            contents=self._contents,
            views=self.views,
            book=self.book,
            leases=self._leases,
            queue=self._queue,
            runner=runner,
            settlement=self._settlement,
            fan_out=self._fan_out,
            clock=self.clock,
            ids=self._ids,
            journal=self.journal,
        )

    @cached_property
    def recovery(self) -> Recovery:
        """Wakes what is due."""
        return Recovery(
            alarms=self._alarms,
            intents=self._intents,
            gatekeeper=self._gatekeeper,
            queue=self._queue,
            settlement=self._settlement,
            fan_out=self._fan_out,
            clock=self.clock,
            journal=self.journal,
        )

    @cached_property
    def unparking(self) -> Unparking:
        """Lets parked intents go."""
        return Unparking(
            alarms=self._alarms,
            intents=self._intents,
            views=self.views,
            recovery=self.recovery,
            fan_out=self._fan_out,
            clock=self.clock,
            journal=self.journal,
        )

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
            journal=self.journal,
        )

    @cached_property
    def onboarding(self) -> Onboarding:
        """Brings organizations in."""
        return Onboarding(self.directory, self._ids)

    @cached_property
    def members(self) -> Members:
        """Lets people in."""
        return Members(self.identities, self.directory, self._ids)

    @cached_property
    def identities(self) -> Cognito:
        """Who people are."""
        return Cognito(_client("cognito-idp"), self.settings.user_pool_client_id, self.settings.user_pool_id)

    @cached_property
    def book(self) -> ContactBook:
        """People."""
        return ContactBook(DynamoContacts(self._table), self._ids)

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
        return InstanceBoards(self.views, self.states)

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
    def _writer(self) -> InstanceWriter:
        return InstanceWriter(self.directory, self.clock, self._ids)

    @cached_property
    def _leases(self) -> DynamoLeases:
        return DynamoLeases(self._table)

    @cached_property
    def _codes(self) -> DynamoCodes:
        return DynamoCodes(self._table)

    @cached_property
    def _gatekeeper(self) -> Gatekeeper:
        return Gatekeeper(
            views=self.views,
            book=self.book,
            intents=self._intents,
            alarms=self._alarms,
            queue=self._queue,
            reservations=self._reservations,
            fan_out=self._fan_out,
            clock=self.clock,
            ids=self._ids,
            journal=self.journal,
        )

    @cached_property
    def _settlement(self) -> Settlement:
        return Settlement(self._intents, self._reservations, self.clock, self.journal)

    @cached_property
    def _reservations(self) -> Reservations:
        return Reservations(self.views, self.clock, self._ids, self.journal)

    @cached_property
    def _providers(self) -> Mapping[ProviderName, Provider]:
        pool = http_pool(_CONNECT_SECONDS, self.settings.send_timeout_seconds, _WIDTH)
        bridge = Bridge(
            pool,
            self.settings.bridge_url,
            admin_token=partial(self._secrets.read, self.settings.bridge_secret_id),
            user_token=partial(self.keyring.derive, "bridge-user"),
        )
        return {ProviderName.WHATSMEOW: WhatsmeowProvider(bridge, self.keyring)}

    @cached_property
    def _table(self) -> Table:
        return Table(_client("dynamodb"), self.settings.table_name)

    @cached_property
    def _intents(self) -> DynamoIntents:
        return DynamoIntents(self._table, self.keyring)

    @cached_property
    def _contents(self) -> DynamoContents:
        return DynamoContents(self._table)

    @cached_property
    def views(self) -> DynamoGateViews:
        """What the Gate looks at."""
        return DynamoGateViews(self._table)

    @cached_property
    def _alarms(self) -> DynamoAlarms:
        return DynamoAlarms(self._table)

    @cached_property
    def _sqs(self) -> Any:  # noqa: ANN401 - the client's type exists only for the type checker
        return _client("sqs")

    @cached_property
    def _queue(self) -> SqsExecutionQueue:
        return SqsExecutionQueue(self._sqs, self.settings.execution_queue_url)

    @cached_property
    def _events(self) -> DynamoProviderEvents:
        return DynamoProviderEvents(self._table, self._sqs, self.settings.provider_events_queue_url)

    @cached_property
    def _secrets(self) -> SecretStore:
        return SecretStore(_client("secretsmanager"))

    @cached_property
    def _fan_out(self) -> ThreadFanOut:
        return ThreadFanOut(_WIDTH)

    @cached_property
    def _ids(self) -> UlidIds:
        return UlidIds()


@lru_cache(maxsize=1)
def services() -> Services:
    """The use cases of this process."""
    return Services(read_settings())


def _client(service: str) -> Any:  # noqa: ANN401 - one function for every kind of client
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=_WIDTH,
        tcp_keepalive=True,
        parameter_validation=False,
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]
