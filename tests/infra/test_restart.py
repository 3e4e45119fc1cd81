"""What `make run` promises about stopping and starting again, on a stack of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
import urllib3

from infra.local import processes
from infra.local.ports import free_port
from infra.local.stack import Stack
from tests.stack import run_local

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.e2e


def test_state_survives_a_restart(tmp_path: Path) -> None:
    """Stopping for the night must not lose instances, keys and timelines; stopping must end every process."""
    ports = ["--port", str(free_port()), "--phone-port", str(free_port())]
    options = ["--state-dir", str(tmp_path), *ports, "--without-demonstration"]
    assert run_local("run", "--detach", *options).returncode == 0
    first = Stack.load(tmp_path)
    item = {"pk": {"S": "TEST#restart"}, "sk": {"S": "TEST"}}
    _table(first).put_item(TableName=first.table_name, Item=item)
    assert run_local("stop", "--state-dir", str(tmp_path)).returncode == 0
    assert not [one for one in processes.table().values() if str(tmp_path) in one.command]
    assert not (tmp_path / "endpoints.json").exists()
    try:
        assert run_local("run", "--detach", *options).returncode == 0
        second = Stack.load(tmp_path)
        assert (second.table_name, second.master_secret_id) == (first.table_name, first.master_secret_id)
        assert _table(second).get_item(TableName=second.table_name, Key=item)["Item"] == item
        answer = urllib3.request("GET", f"{second.api_url}/no-such-thing", retries=False)
        assert answer.status == 404
    finally:
        run_local("stop", "--state-dir", str(tmp_path))


def _table(stack: Stack) -> DynamoDBClient:
    return boto3.client(
        "dynamodb",
        endpoint_url=stack.endpoint,
        region_name=stack.environment["AWS_REGION"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
