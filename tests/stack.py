"""The packaged app on the embedded AWS with the local phone, as `make run` leaves it: tests and pictures run on it.

It takes a minute until it is up and its demonstration is told, most of it waiting. So a process of its own starts it,
while whoever wants it does something else::

    keeper = Keeper.somewhere()
    keeper.begin()
    ...
    running = keeper.running()

It ends, with all its processes and files, when whoever began it closes the keeper or ends in whatever way.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.demonstration.progress import Progress, noted
from infra.local.ports import free_port
from infra.local.services import ROOT
from infra.local.stack import Stack, write_private

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_START_SECONDS, _STORY_SECONDS = 240, 150
_OUTCOME, _LOG = "outcome.json", "keeper.log"


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


@dataclass
class Keeper:
    """Keeps a stack in a state directory, for one process that begins it and others that use it.

    Attributes:
        state_dir: Made by whoever begins, deleted with the stack.
    """

    state_dir: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @classmethod
    def somewhere(cls) -> Self:
        """For a stack that nobody else knows of yet."""
        return cls(Path(tempfile.gettempdir(), f"portaria-tests-{secrets.token_hex(6)}"))

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def begin(self) -> None:
        """Let it be started, unless it was: returns at once."""
        if self._process is None:
            self.state_dir.mkdir(mode=0o700)
            command = [sys.executable, "-m", "tests.stack", str(self.state_dir)]
            with (self.state_dir / _LOG).open("wb") as log:
                # In a session of its own: a Ctrl-C at the terminal ends us, and our end ends it.
                self._process = subprocess.Popen(  # noqa: S603 - our own
                    command, cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
                )

    @property
    def decided(self) -> bool:
        """Whether it is known how starting it ended: nobody has to wait for it any more."""
        return (self.state_dir / _OUTCOME).exists()

    def running(self) -> Running:
        """Wait until it is up.

        Raises:
            NotReady: It is not, and why.
        """
        deadline = time.monotonic() + _START_SECONDS + _STORY_SECONDS
        while not self.decided:
            if time.monotonic() > deadline:
                raise NotReady(f"nobody started the local stack:\n{(self.state_dir / _LOG).read_text()}")
            time.sleep(0.1)
        if error := json.loads((self.state_dir / _OUTCOME).read_text())["error"]:
            raise NotReady(error)
        return Running.read(self.state_dir)

    def close(self) -> None:
        """Let it be ended if it was begun here; nobody has to wait for that."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.returncode = 0  # it outlives us
            self._process = None


def run_local(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the local stack's programs and return what it said.

    Args:
        module: `run`, `stop` or `logs`.
        *arguments: Its command line.
    """
    command = [sys.executable, "-m", f"infra.local.{module}", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own


def _start(state_dir: Path) -> None:
    ports = ["--port", str(free_port()), "--phone-port", str(free_port())]
    done = run_local("run", "--detach", "--state-dir", str(state_dir), *ports)
    if done.returncode:
        raise NotReady(f"the local stack does not start:\n{done.stdout}{done.stderr}")
    deadline = time.monotonic() + _STORY_SECONDS
    while noted(state_dir) is not Progress.TOLD:
        if time.monotonic() > deadline:
            log = (state_dir / "logs" / "demonstration.log").read_text()
            raise NotReady(f"the demonstration was not told within {_STORY_SECONDS} s:\n{log}")
        time.sleep(0.2)


def _keep(state_dir: Path) -> None:
    """Start a stack, say how that went, and end it when whoever wanted it has closed our input or gone."""
    error = ""
    try:
        _start(state_dir)
    except NotReady as problem:
        error = str(problem)
    write_private(state_dir / _OUTCOME, {"error": error})
    sys.stdin.read()
    run_local("stop", "--state-dir", str(state_dir))
    shutil.rmtree(state_dir, ignore_errors=True)


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
