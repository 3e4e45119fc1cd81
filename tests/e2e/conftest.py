"""Runs the packaged app on the embedded AWS once for all end-to-end tests, as `make run` does.

@pytest.mark.e2e
def test_something(stack: Running) -> None:
    httpx.get(stack.endpoints["api"] + "/health")
    os.kill(stack.stack.worker_pids("execute")[0], signal.SIGKILL)
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from infra.local.ports import free_port
from infra.local.services import ROOT
from infra.local.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Running:
    """A running local stack.

    Attributes:
        endpoints: The content of endpoints.json: `api`, `panel`, `phone`, `api_key`, `instance_id`, `email`,
            `password`.
        stack: Its description for machines.
    """

    endpoints: dict[str, str]
    stack: Stack

    @classmethod
    def read(cls, state_dir: Path) -> Running:
        """What was last made ready in a state directory."""
        return cls(json.loads((state_dir / "endpoints.json").read_text()), Stack.load(state_dir))


def run_local(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the local stack's programs and return what it said.

    Args:
        module: `run`, `stop` or `logs`.
        *arguments: Its command line.
    """
    command = [sys.executable, "-m", f"infra.local.{module}", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A stack of its own, with one number and nothing else: what is on its phone is the tests' doing."""
    with started(tmp_path_factory.mktemp("stack"), "--without-demonstration") as running:
        yield running


@contextmanager
def started(state_dir: Path, *options: str) -> Iterator[Running]:
    """A stack on free ports, ended with all its processes."""
    ports = ["--port", str(free_port()), "--phone-port", str(free_port())]
    done = run_local("run", "--detach", "--state-dir", str(state_dir), *ports, *options)
    if done.returncode:
        pytest.fail(f"the local stack does not start:\n{done.stdout}{done.stderr}", pytrace=False)
    try:
        yield Running.read(state_dir)
    finally:
        run_local("stop", "--state-dir", str(state_dir))
