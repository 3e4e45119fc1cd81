"""The packaged app on the embedded AWS with the local phone, as `make run` leaves it: tests and pictures run on it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.local.demonstration.progress import Progress, noted
from infra.local.ports import free_port
from infra.local.services import ROOT
from infra.local.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STORY_SECONDS = 150


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


class NotReady(Exception):
    """The stack did not start, or its demonstration was not told to the end."""


def run_local(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the local stack's programs and return what it said.

    Args:
        module: `run`, `stop` or `logs`.
        *arguments: Its command line.
    """
    command = [sys.executable, "-m", f"infra.local.{module}", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own


@contextmanager
def started(state_dir: Path) -> Iterator[Running]:
    """A stack on free ports with its demonstration told, ended with all its processes.

    Raises:
        NotReady: It is not, and why.
    """
    ports = ["--port", str(free_port()), "--phone-port", str(free_port())]
    done = run_local("run", "--detach", "--state-dir", str(state_dir), *ports)
    if done.returncode:
        raise NotReady(f"the local stack does not start:\n{done.stdout}{done.stderr}")
    try:
        _await_demonstration(state_dir)
        yield Running.read(state_dir)
    finally:
        run_local("stop", "--state-dir", str(state_dir))


def _await_demonstration(state_dir: Path) -> None:
    deadline = time.monotonic() + _STORY_SECONDS
    while noted(state_dir) is not Progress.TOLD:
        if time.monotonic() > deadline:
            log = (state_dir / "logs" / "demonstration.log").read_text()
            raise NotReady(f"the demonstration was not told within {_STORY_SECONDS} s:\n{log}")
        time.sleep(0.2)
