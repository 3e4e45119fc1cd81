"""Which adapter stands behind which port; each is created when it is first asked for."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics
from botocore.config import Config

from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.cognito import Cognito
from chalicelib.adapters.dead_letters import SqsDeadLetters
from chalicelib.adapters.dead_records import SqsDeadRecords
from chalicelib.adapters.dynamodb.alarms import DynamoAlarms
from chalicelib.adapters.dynamodb.batches import DynamoBatches
from chalicelib.adapters.dynamodb.campaigns import DynamoCampaigns
from chalicelib.adapters.dynamodb.changes import DynamoChanges
from chalicelib.adapters.dynamodb.codes import DynamoCodes
from chalicelib.adapters.dynamodb.contacts import DynamoContacts
from chalicelib.adapters.dynamodb.contents import DynamoContents
from chalicelib.adapters.dynamodb.gate_views import DynamoGateViews
from chalicelib.adapters.dynamodb.intents import DynamoIntents
from chalicelib.adapters.dynamodb.leases import DynamoLeases
from chalicelib.adapters.dynamodb.organizations import DynamoDirectory
from chalicelib.adapters.dynamodb.provider_events import DynamoProviderEvents
from chalicelib.adapters.dynamodb.redrives import DynamoRedrives
from chalicelib.adapters.dynamodb.rollups import DynamoRollups
from chalicelib.adapters.dynamodb.simulations import DynamoSimulations
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.fan_out import ThreadFanOut
from chalicelib.adapters.http import http_pool
from chalicelib.adapters.ids import UlidIds
from chalicelib.adapters.journal import PowertoolsJournal
from chalicelib.adapters.keyring import DerivingKeyring
from chalicelib.adapters.providers.whatsmeow.adapter import WhatsmeowProvider
from chalicelib.adapters.providers.whatsmeow.bridge import Bridge
from chalicelib.adapters.secret_store import SecretStore
from chalicelib.adapters.shadow_queue import ShadowExecutionQueue
from chalicelib.adapters.sqs import SqsExecutionQueue, SqsGateQueue
from chalicelib.domain.instance import Provider as ProviderName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.ports.execution_queue import ExecutionQueue
    from chalicelib.application.ports.provider import Provider
    from chalicelib.settings import Settings

# Each message of a full batch of the execution queue may have a number of its own; beside their lanes there is a read.
_WIDTH = 101
CONNECT_SECONDS = 3.0
EXECUTION = "execution"


class Adapters:
    """Every adapter, behind its port."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def clock(self) -> SystemClock:
        """The machine's clock."""
        return SystemClock()

    @cached_property
    def journal(self) -> PowertoolsJournal:
        """Logs and metrics."""
        return PowertoolsJournal(Logger(), EphemeralMetrics)

    @cached_property
    def directory(self) -> DynamoDirectory:
        """Organizations, instances and keys."""
        return DynamoDirectory(self._table)

    @cached_property
    def keyring(self) -> DerivingKeyring:
        """Derived secrets."""
        return DerivingKeyring(partial(self._secrets.read, self.settings.master_secret_id))

    @cached_property
    def identities(self) -> Cognito:
        """Who people are."""
        return Cognito(_client("cognito-idp"), self.settings.user_pool_client_id, self.settings.user_pool_id)

    @cached_property
    def _leases(self) -> DynamoLeases:
        return DynamoLeases(self._table)

    @cached_property
    def _codes(self) -> DynamoCodes:
        return DynamoCodes(self._table)

    @cached_property
    def _providers(self) -> Mapping[ProviderName, Provider]:
        pool = http_pool(CONNECT_SECONDS, self.settings.send_timeout_seconds, _WIDTH)
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
    def _contacts(self) -> DynamoContacts:
        return DynamoContacts(self._table)

    @cached_property
    def _batches(self) -> DynamoBatches:
        return DynamoBatches(self._table)

    @cached_property
    def _campaigns(self) -> DynamoCampaigns:
        return DynamoCampaigns(self._table)

    @cached_property
    def _redrives(self) -> DynamoRedrives:
        return DynamoRedrives(self._table)

    @cached_property
    def _simulations(self) -> DynamoSimulations:
        return DynamoSimulations(self._table)

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
    def _queue(self) -> ExecutionQueue:
        if not self.settings.execution_queue_enabled:
            return ShadowExecutionQueue()
        return SqsExecutionQueue(self._sqs, self.settings.execution_queue_url)

    @cached_property
    def _gate_queue(self) -> SqsGateQueue:
        return SqsGateQueue(self._sqs, self.settings.gate_queue_url)

    @cached_property
    def _dead_letters(self) -> Mapping[str, SqsDeadLetters]:
        urls = {
            EXECUTION: self.settings.execution_dead_letters_url,
            "gate": self.settings.gate_dead_letters_url,
            "provider-events": self.settings.provider_events_dead_letters_url,
            "projection": self.settings.projection_dead_letters_url,
        }
        return {name: SqsDeadLetters(self._sqs, url) for name, url in urls.items()}

    @cached_property
    def _events(self) -> DynamoProviderEvents:
        return DynamoProviderEvents(self._table, self._sqs, self.settings.provider_events_queue_url)

    @cached_property
    def _changes(self) -> DynamoChanges:
        return DynamoChanges()

    @cached_property
    def _rollups(self) -> DynamoRollups:
        return DynamoRollups(self._table)

    @cached_property
    def _dead_records(self) -> SqsDeadRecords:
        return SqsDeadRecords(self._sqs, self.settings.projection_dead_letters_url)

    @cached_property
    def _secrets(self) -> SecretStore:
        return SecretStore(_client("secretsmanager"))

    @cached_property
    def _fan_out(self) -> ThreadFanOut:
        return ThreadFanOut(_WIDTH)

    @cached_property
    def _ids(self) -> UlidIds:
        return UlidIds()


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
