"""Starts and ends the two servers of the local stack: the embedded AWS and the phone."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import InfraError
from infra.local import processes
from infra.local.ports import HOST
from infra.local.stack import CREDENTIALS, REGION, write_private

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent.parent
_READY_SECONDS = 30.0
_LOG_LINES = 15


@dataclass(frozen=True)
class Servers:
    """The running servers of one state directory.

    Attributes:
        state_dir: Where they keep everything.
        aws_port: Port of the embedded AWS.
        phone_port: Port of the phone.
        aws: The embedded AWS.
        phone: The phone.
    """

    state_dir: Path
    aws_port: int
    phone_port: int
    aws: processes.Process
    phone: processes.Process

    def dead(self) -> str | None:
        """Name a server that no longer runs, or None."""
        running = processes.table()
        for name, server in (("aws", self.aws), ("phone", self.phone)):
            now = running.get(server.pid)
            if now is None or now.started != server.started:
                return name
        return None

    def stop(self) -> None:
        """End the servers and their workers, and forget them."""
        (self.state_dir / "endpoints.json").unlink(missing_ok=True)
        workers = f"{self.state_dir}/scratch/ministack-lambda-"
        story = " ".join(_demonstration(self.state_dir))
        processes.stop([one for one in processes.table().values() if one.command.endswith(story)])
        processes.stop([self.aws, self.phone])
        processes.stop([one for one in processes.table().values() if workers in one.command])
        shutil.rmtree(self.state_dir / "scratch", ignore_errors=True)  # the workers' unpacked code
        (self.state_dir / "pids.json").unlink(missing_ok=True)


def running(state_dir: Path) -> Servers | None:
    """Find the running servers of a state directory; None when none runs.

    A phone that ended is started again beside an embedded AWS that did not. The other way round everything is ended:
    what the embedded AWS had not saved is gone, and that is said.
    """
    servers = remembered(state_dir)
    if servers is None or servers.dead() is None:
        return servers
    if servers.dead() == "phone":
        return restart_phone(servers)
    print("The embedded AWS ended without being stopped: what happened since its last clean stop is lost.")
    servers.stop()
    return None


def remembered(state_dir: Path) -> Servers | None:
    """The servers that were last started for a state directory and not stopped, alive or not."""
    try:
        kept = json.loads((state_dir / "pids.json").read_text())
    except FileNotFoundError:
        return None
    aws, phone = (processes.Process(**kept[name]) for name in ("aws", "phone"))
    return Servers(state_dir, kept["aws_port"], kept["phone_port"], aws, phone)


def start(state_dir: Path, aws_port: int, phone_port: int) -> Servers:
    """Start both servers as session leaders, so that a Ctrl-C at the terminal is the runner's to handle.

    Args:
        state_dir: Where they keep everything.
        aws_port: Port of the embedded AWS.
        phone_port: Port of the phone.

    Returns:
        The servers, not yet ready.
    """
    for name in ("logs", "scratch", "aws", "s3", "phone", "home"):
        (state_dir / name).mkdir(parents=True, exist_ok=True)
    read_streams_anew(state_dir / "aws" / "lambda.json")
    aws = _spawn(state_dir, "aws", ["-m", "ministack"], _aws_environment(state_dir, aws_port))
    servers = Servers(state_dir, aws_port, phone_port, aws, _spawn_phone(state_dir, phone_port))
    _remember(servers)
    return servers


def read_streams_anew(kept: Path) -> None:
    """Forget how far streams were read: the embedded AWS keeps that, begins them anew, and would skip as much.

    Args:
        kept: What it kept of its functions; missing before the first clean stop.
    """
    with contextlib.suppress(FileNotFoundError):
        state = json.loads(kept.read_text())
        state["payload"].pop("dynamodb_stream_positions", None)
        kept.write_text(json.dumps(state))


def restart_phone(servers: Servers) -> Servers:
    """Start the phone again where it ran, after somebody ended it; the embedded AWS is left as it is.

    Args:
        servers: As they were.

    Returns:
        The servers as they are now, ready.
    """
    processes.stop([servers.phone])
    now = replace(servers, phone=_spawn_phone(servers.state_dir, servers.phone_port))
    _remember(now)
    await_ready(now)
    return now


def tell_demonstration(state_dir: Path) -> None:
    """Let the demonstration's story happen beside everything else; its log says how that went."""
    _spawn(state_dir, "demonstration", _demonstration(state_dir), _environment(state_dir))


def _demonstration(state_dir: Path) -> list[str]:
    return ["-m", "infra.local.demonstration", "--state-dir", str(state_dir)]


def _spawn_phone(state_dir: Path, port: int) -> processes.Process:
    options = ["--port", str(port), "--host", HOST, "--state", str(state_dir / "phone")]
    environment = _environment(state_dir) | {"PHONE_ADMIN_TOKEN": phone_token(state_dir)}
    return _spawn(state_dir, "phone", ["-m", "infra.local.phone", *options], environment)


def _remember(servers: Servers) -> None:
    kept = {"aws_port": servers.aws_port, "phone_port": servers.phone_port}
    write_private(servers.state_dir / "pids.json", kept | {"aws": asdict(servers.aws), "phone": asdict(servers.phone)})


def phone_token(state_dir: Path) -> str:
    """Give the bridge's admin token of this state directory, made once."""
    path = state_dir / "phone-token.json"
    if not path.exists():
        write_private(path, {"admin_token": secrets.token_urlsafe(24)})
    return str(json.loads(path.read_text())["admin_token"])


def _environment(state_dir: Path) -> dict[str, str]:
    """Give a child only what it needs: nothing of the developer's, credentials least of all.

    The embedded AWS hands its whole environment on to the functions.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
    places = {"HOME": str(state_dir / "home"), "TMPDIR": str(state_dir / "scratch")}
    return kept | places | CREDENTIALS | {"PYTHONUNBUFFERED": "1", "PYTHONSAFEPATH": "", "PYTHONPATH": ""}


def _aws_environment(state_dir: Path, port: int) -> dict[str, str]:
    return _environment(state_dir) | {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state_dir / "aws"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state_dir / "s3"),
        # It would open 0.0.0.0:8883 and an SFTP port in spite of BIND_HOST, and look for containers of its own.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{state_dir}/no-docker",
        "LAMBDA_EXECUTOR": "local",
        # A worker costs a second to start; what was warmed stays.
        "LAMBDA_WARM_TTL_SECONDS": "86400",
    }


def _spawn(state_dir: Path, name: str, arguments: list[str], environment: Mapping[str, str]) -> processes.Process:
    with (state_dir / "logs" / f"{name}.log").open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _CHILDREN.append(child)
    found = processes.find(child.pid)
    return found or processes.Process(child.pid, os.getpid(), "ended", "")


_CHILDREN: list[subprocess.Popen[bytes]] = []
"""Kept so that children are not waited for when this program ends before them (DETACH=1)."""


def await_ready(servers: Servers) -> None:
    """Wait until both servers answer.

    Raises:
        InfraError: If one ends or stays silent; with the last lines of its log.
    """
    addresses = {
        "aws": (servers.aws_port, "/_ministack/ready"),
        "phone": (servers.phone_port, "/"),
    }
    deadline = time.monotonic() + _READY_SECONDS
    for name, (port, path) in addresses.items():
        while not _answers(port, path):
            if servers.dead() or time.monotonic() > deadline:
                raise failed(servers, servers.dead() or name)
            time.sleep(0.05)


def failed(servers: Servers, name: str) -> InfraError:
    """Describe a server that ended or stays silent, with the last lines of its log."""
    log = servers.state_dir / "logs" / f"{name}.log"
    lines = log.read_text(errors="replace").splitlines()[-_LOG_LINES:]
    what = "the embedded AWS" if name == "aws" else "the phone"
    return InfraError(f"{what} does not run. The end of {log}:\n" + "\n".join(f"  {line}" for line in lines))


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return status != http.HTTPStatus.SERVICE_UNAVAILABLE
