"""Finds out before anything is started whether a port is free and, if not, who has it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from infra.errors import InfraError
from infra.local import processes

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST = 65_535
_LISTENING = "0A"
HOST = "127.0.0.1"


def require_free(wanted: Mapping[str, int]) -> None:
    """Refuse ports that are taken.

    Args:
        wanted: Port numbers by the name of the make variable that chooses them.

    Raises:
        InfraError: Naming the port, its owner if known, and how to choose another.
    """
    if len(set(wanted.values())) < len(wanted):
        raise InfraError(f"{' and '.join(wanted)} must differ")
    for variable, port in wanted.items():
        if not 1 <= port <= _LARGEST:
            raise InfraError(f"{variable}={port} is no port: choose one from 1 to {_LARGEST}")
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                owner = _owner(port)
                by = f" by {owner}" if owner else ""
                text = f"port {port} is taken{by}; choose another: make run {variable}={port + 10}"
                raise InfraError(text) from error


def free_port() -> int:
    """Ask the system for a port nobody uses right now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _owner(port: int) -> str | None:
    """Name the process that listens on a port, if this user may know it."""
    pid = _owner_by_proc(port) if Path("/proc/net/tcp").exists() else _owner_by_lsof(port)
    process = processes.find(pid) if pid else None
    return f"process {process.pid} ({process.command[:80]})" if process else None


def _owner_by_proc(port: int) -> int | None:
    sockets = set()
    for name in ("tcp", "tcp6"):
        for line in Path("/proc/net", name).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                sockets.add(f"socket:[{fields[9]}]")
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(descriptor.readlink()) in sockets:
                return int(descriptor.parts[2])
        except OSError:  # ended, or another user's
            continue
    return None


def _owner_by_lsof(port: int) -> int | None:
    lsof = shutil.which("lsof")
    if lsof is None:
        return None
    command = [lsof, "-nP", "-t", f"-iTCP:{port}", "-sTCP:LISTEN"]
    found = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    first = found.stdout.split()[:1]
    return int(first[0]) if first else None
