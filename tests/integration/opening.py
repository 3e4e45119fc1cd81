"""Opens a whole Portaria: AWS in memory from the real template, a real phone, and time that stands still."""

from __future__ import annotations

import itertools
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

import boto3
import moto.sqs.models
import pytest
from moto import mock_aws

from chalicelib.adapters import dead_letters
from chalicelib.bootstrap import services
from infra.local.phone import Timings
from tests import aws
from tests.fakes.clock import FakeClock
from tests.fakes.fan_out import sequential
from tests.integration.house import Handset, House
from tests.integration.rights import RIGHTS
from tests.local_phone.driver import ADMIN, Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_secretsmanager import SecretsManagerClient

_TIMINGS = Timings(receipt=0.0, settle=0.0, webhook_backoff=())


@contextmanager
def opened(state: Path, name: str) -> Iterator[House]:
    """All of Portaria, with nobody admitted yet.

    Args:
        state: Where the phone keeps its state.
        name: Tells it from every other one that this process opens.
    """
    clock = FakeClock()
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        stack.enter_context(mock_aws())
        patch.setattr(boto3, "client", aws.client)
        # The queues follow the test's clock, a hair ahead each time they look.
        hair = itertools.count(1)
        patch.setattr(moto.sqs.models, "unix_time_millis", lambda: clock.now() + next(hair) / 1_000_000)
        # Whoever waits for a message waits in real time, whatever the clock says.
        patch.setattr(dead_letters, "WAIT", 0)
        handset = Handset(state, _TIMINGS)
        stack.callback(handset.off)
        variables = _environment(handset.driver.url, name)
        for variable, value in variables.items():
            patch.setenv(variable, value)
        services.cache_clear()
        stack.callback(services.cache_clear)
        # AWS in memory loses its head when it is read and written at once.
        services().__dict__.update(clock=clock, _fan_out=sequential)
        yield House(handset, stack.enter_context(Receiver()), clock, variables)
        RIGHTS.confirm()


@lru_cache(maxsize=1)
def _secrets() -> SecretsManagerClient:
    return aws.session().client("secretsmanager")


def _environment(bridge_url: str, name: str) -> dict[str, str]:
    """The functions' environment, with everything in place that it names."""
    _secrets().create_secret(Name="master", SecretString="m" * 64)
    _secrets().create_secret(Name="bridge", SecretString=ADMIN)
    pool_id, client_id = aws.create_user_pool(aws.cognito())
    return {
        "STAGE": "test",
        "TABLE_NAME": aws.create_table(aws.dynamodb()),
        "GATE_QUEUE_URL": aws.create_queue(aws.sqs(), "GateQueue"),
        "EXECUTION_QUEUE_ENABLED": "true",
        "EXECUTION_QUEUE_URL": aws.create_queue(aws.sqs(), "ExecutionQueue"),
        "PROVIDER_EVENTS_QUEUE_URL": aws.create_queue(aws.sqs(), "ProviderEventsQueue"),
        "GATE_DEAD_LETTERS_URL": aws.create_queue(aws.sqs(), "GateDeadLetters"),
        "EXECUTION_DEAD_LETTERS_URL": aws.create_queue(aws.sqs(), "ExecutionDeadLetters"),
        "PROVIDER_EVENTS_DEAD_LETTERS_URL": aws.create_queue(aws.sqs(), "ProviderEventsDeadLetters"),
        "PROJECTION_DEAD_LETTERS_URL": aws.create_queue(aws.sqs(), "ProjectionDeadLetters"),
        "MASTER_SECRET_ID": "master",
        "BRIDGE_SECRET_ID": "bridge",
        "USER_POOL_ID": pool_id,
        "USER_POOL_CLIENT_ID": client_id,
        "BRIDGE_URL": bridge_url,
        "API_URL": "http://portaria.test/api",
        "SEND_TIMEOUT_SECONDS": "1",
        "LEASE_MARGIN_SECONDS": "1",
        "POWERTOOLS_METRICS_NAMESPACE": "Portaria",
        # A logger keeps the stream it was made with: a name of its own gives each test its own.
        "POWERTOOLS_SERVICE_NAME": name,
    }
