"""Whom the local stack ends, and whom it never touches."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.errors import InfraError
from infra.local import ports, processes
from infra.local.stack import worker_pids

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
PARENT = (
    "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', sys.argv[1]]);"
    " print(child.pid, flush=True); time.sleep(60)"
)


def _started(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start a Python program and wait for its first line."""
    command = [sys.executable, *arguments]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own interpreter
    assert child.stdout is not None
    return child, child.stdout.readline().strip()


@pytest.mark.skipif(shutil.which("ps") is None, reason="no ps here")
def test_ps_and_proc_tell_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine without /proc, `make stop` must recognise its processes as well."""
    by_proc = processes.table()[os.getpid()]
    monkeypatch.setattr(processes, "_PROC", Path("/nonexistent"))
    by_ps, again = processes.table()[os.getpid()], processes.table()[os.getpid()]
    assert (by_ps.pid, by_ps.parent) == (by_proc.pid, by_proc.parent)
    assert by_ps.started == again.started
    assert by_proc.command.startswith(by_ps.command.strip())
    assert "python" in by_ps.command


def test_a_pid_given_anew_is_not_ours() -> None:
    """After a reboot a remembered pid may be somebody's editor: it must not be ended."""
    assert processes.find(os.getpid()) is not None
    assert processes.find(os.getpid(), "another start") is None
    processes.stop([processes.Process(os.getpid(), 1, "another start", "")])


def test_stopping_ends_stubborn_grandchildren() -> None:
    """A worker that hangs in a handler must not outlive `make stop` and keep sending."""
    child, grandchild = _started("-c", PARENT, STUBBORN)
    with child:
        root = processes.find(child.pid)
        assert root is not None
        time.sleep(0.5)  # the grandchild sets its handler
        processes.stop([root])
        assert processes.find(child.pid) is None
        assert processes.find(int(grandchild)) is None


def test_a_taken_port_names_its_owner() -> None:
    """A bare "port is taken" sends people searching; the process and what to type save them."""
    with socket.socket() as listener:
        listener.bind((ports.HOST, 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(InfraError, match=rf"port {port} is taken.*make run PHONE_PORT={port + 10}"):
            ports.require_free({"PHONE_PORT": port})
    ports.require_free({"PHONE_PORT": port})


def test_workers_are_found_by_function(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The crash test kills a worker in the middle of a send: it must hit that function's, of that stack."""
    state = tmp_path_factory.mktemp("state")
    place = state / "scratch" / "ministack-lambda-portaria-local-execute-x1"
    place.mkdir(parents=True)
    (place / "_worker.py").write_text("print('on', flush=True)\nimport time\ntime.sleep(60)\n")
    child, _ = _started(str(place / "_worker.py"))
    with child:
        assert worker_pids("portaria-local-execute", state) == [child.pid]
        assert worker_pids("portaria-local-exec", state) == []
        assert worker_pids("portaria-local-execute", state / "other") == []
        child.kill()
