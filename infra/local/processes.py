"""Knows which processes are ours, so that nothing else is ever signalled: a pid alone may have been given anew."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROC = Path("/proc")
_PS_LINE = re.compile(r"\s*(\d+)\s+(\d+)\s+(\S+)\s+((?:\S+\s+){4}\S+)\s+(.*)")
_GRACE_SECONDS = 20.0
_PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Process:
    """A running process.

    Attributes:
        pid: Its id.
        parent: Its parent's id.
        started: When it started, in the system's own words; with the pid, it identifies the process.
        command: Its command line.
    """

    pid: int
    parent: int
    started: str
    command: str


def table() -> dict[int, Process]:
    """List the running processes by id, from /proc or, where there is none, from `ps`."""
    found = _from_proc() if (_PROC / "self" / "stat").exists() else _from_ps()
    return {process.pid: process for process in found}


def _from_proc() -> Iterable[Process]:
    for directory in _PROC.iterdir():
        if not directory.name.isdigit():
            continue
        try:
            fields = (directory / "stat").read_text().rpartition(")")[2].split()
            command = (directory / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:  # it ended while we looked
            continue
        if fields[0] not in "ZX":
            yield Process(int(directory.name), int(fields[1]), fields[19], command)


def _from_ps() -> Iterable[Process]:
    listing = ["ps", "-axo", "pid=,ppid=,state=,lstart=,command="]
    lines = subprocess.run(listing, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"})
    for line in lines.stdout.splitlines():
        if (match := _PS_LINE.match(line)) and not match[3].startswith("Z"):
            yield Process(int(match[1]), int(match[2]), match[4], match[5])


def find(pid: int, started: str | None = None) -> Process | None:
    """Give the process with this id if it runs and, when a start is given, is the same one."""
    process = table().get(pid)
    return process if process and started in {None, process.started} else None


def stop(roots: Iterable[Process]) -> None:
    """End processes and all their descendants: a polite signal to the roots, a hard one to what stays.

    Args:
        roots: Processes that we started. Those that no longer run are skipped.
    """
    ours = list(roots)
    family = _with_descendants(ours)
    _signal(ours, signal.SIGTERM)
    _wait(ours, _GRACE_SECONDS)
    # A worker ends by itself when the server that feeds it has gone, unless it hangs in a handler.
    _wait(family, 1.0)
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal(family, number)
        _wait(family, 2.0)


def _with_descendants(roots: list[Process]) -> list[Process]:
    running = table()
    family = {process.pid: process for process in roots}
    grown = True
    while grown:
        more = {pid: process for pid, process in running.items() if process.parent in family and pid not in family}
        family |= more
        grown = bool(more)
    return list(family.values())


def _still(processes: list[Process]) -> list[Process]:
    running = table()
    return [one for one in processes if (now := running.get(one.pid)) and now.started == one.started]


def _wait(processes: list[Process], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while _still(processes) and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)


def _signal(processes: list[Process], number: signal.Signals) -> None:
    for process in _still(processes):
        with contextlib.suppress(ProcessLookupError):  # it ended while we looked
            os.kill(process.pid, number)
