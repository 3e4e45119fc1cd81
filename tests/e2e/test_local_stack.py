"""The local stack itself: what `make run` promises, before any message is sent."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
import urllib3
from botocore import UNSIGNED
from botocore.config import Config

from chalicelib.adapters.cognito import Cognito
from chalicelib.application.ports.identities import SignedIn
from infra.local.stack import REGION
from tests.stack import run_local

if TYPE_CHECKING:
    from tests.stack import Running

pytestmark = pytest.mark.e2e


def test_endpoints_are_private_and_complete(stack: Running) -> None:
    """The file holds a key that sends messages; a program that reads it needs every entry."""
    path = stack.stack.state_dir / "endpoints.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(stack.endpoints) == {"api", "panel", "phone", "api_key", "instance_id", "email", "password"}


def test_the_demonstrations_admin_can_sign_in(stack: Running) -> None:
    """Everybody who tries Portaria out would stand in front of the panel's door."""
    environment = stack.stack.environment
    config = Config(signature_version=UNSIGNED)
    client = boto3.client("cognito-idp", endpoint_url=stack.stack.endpoint, region_name=REGION, config=config)
    people = Cognito(client, environment["USER_POOL_CLIENT_ID"], environment["USER_POOL_ID"])
    assert isinstance(people.sign_in(stack.endpoints["email"], stack.endpoints["password"]), SignedIn)


def test_an_unknown_path_answers_as_a_problem(stack: Running) -> None:
    """A mistyped address must say 404 in the API's own form, not 403 in the gateway's."""
    answer = urllib3.request("GET", f"{stack.endpoints['api']}/no-such-thing", retries=False)
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "not_found"
    assert problem["request_id"]


def test_the_short_address_answers_too(stack: Running) -> None:
    """The address that is printed for people must reach the same API; a Host header stands in for the resolver."""
    port = stack.stack.endpoint.rpartition(":")[2]
    host = {"Host": f"portaria.localhost:{port}"}
    answer = urllib3.request("GET", f"{stack.stack.endpoint}/api/no-such-thing", headers=host, retries=False)
    assert (answer.status, answer.json()["code"]) == (404, "not_found")


def test_functions_wait_warm_and_see_no_credentials(stack: Running) -> None:
    """A first request must not wait for a cold start; a developer's AWS keys must never reach the functions."""
    for function in ("api", "execute"):
        (pid, *_) = stack.stack.worker_pids(function)
        environment = Path("/proc", str(pid), "environ")
        if environment.exists():
            variables = dict(item.split("=", 1) for item in environment.read_text().split("\0") if "=" in item)
            assert variables["AWS_SECRET_ACCESS_KEY"] == "test"
            assert variables["AWS_CONFIG_FILE"] == os.devnull
            assert not [name for name in variables if name in {"AWS_PROFILE", "AWS_CA_BUNDLE"}]


def test_the_embedded_aws_listens_on_loopback_only(stack: Running) -> None:
    """A laptop in a café must not offer its API, unauthenticated AWS included, to the room."""
    servers = json.loads((stack.stack.state_dir / "pids.json").read_text())
    if not Path("/proc/net/tcp").exists():
        pytest.skip("needs /proc")
    ours = {servers["aws_port"], servers["phone_port"]}
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    local = [fields[1].split(":") for fields in listening if fields[3] == "0A"]
    assert {address for address, port in local if int(port, 16) in ours} == {"0100007F"}


def test_a_second_run_brings_the_running_one_up_to_date(stack: Running) -> None:
    """Typing `make run` again after an edit is what everybody does: same processes, new code, no error."""
    before = (stack.stack.state_dir / "pids.json").read_text()
    done = run_local("run", "--detach", "--state-dir", str(stack.stack.state_dir))
    assert done.returncode == 0, done.stderr
    assert "Already running" in done.stdout
    assert (stack.stack.state_dir / "pids.json").read_text() == before


def test_a_taken_port_is_named(stack: Running, tmp_path: Path) -> None:
    """Whoever has something else on the port must learn which one, whose, and what to type, before anything starts."""
    taken = stack.stack.endpoint.rpartition(":")[2]
    done = run_local("run", "--detach", "--port", taken, "--state-dir", str(tmp_path))
    assert done.returncode == 1
    assert f"port {taken} is taken" in done.stderr
    assert "make run PORT=" in done.stderr
    assert not (tmp_path / "pids.json").exists()
