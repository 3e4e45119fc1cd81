"""The phone as a program: starting, refusing to start, ending, and being killed."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.local.phone import LocalPhone, PhoneStartError
from tests.local_phone.driver import ADMIN, Driver

ROOT = Path(__file__).parents[2]


@contextmanager
def program(state: Path, *extra: str) -> Iterator[subprocess.Popen[str]]:
    """Runs the phone as a program of its own."""
    command = [sys.executable, "-m", "infra.local.phone", "--state", str(state), "--admin-token", ADMIN, *extra]
    with subprocess.Popen(  # noqa: S603 - our own program with our own arguments
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def url_of(process: subprocess.Popen[str]) -> str:
    """Returns the address the program says it answers at."""
    assert process.stdout is not None
    return process.stdout.readline().split()[-1]


def test_a_killed_phone_has_every_acknowledged_message(tmp_path: Path) -> None:
    """A crash of the stage would look like messages that were never sent."""
    with program(tmp_path, "--port", "0") as process:
        driver = Driver(url_of(process))
        driver.paired()
        for index in range(20):
            assert driver.send(f"ID{index}").status == 200
        process.send_signal(signal.SIGKILL)
        process.wait()
    with LocalPhone(state=tmp_path, admin_token=ADMIN) as phone:
        driver = Driver(phone.url)
        assert driver.messages() == [(f"ID{index}", 1) for index in range(20)]
        assert driver.status()["loggedIn"] is True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_phone_ends_cleanly_within_a_second(tmp_path: Path, number: signal.Signals) -> None:
    """Stopping the local stage would hang or leave a traceback."""
    with program(tmp_path, "--port", "0") as process:
        driver = Driver(url_of(process))
        driver.paired(webhook="http://127.0.0.1:9/down")
        started = time.monotonic()
        process.send_signal(number)
        _, complaints = process.communicate(timeout=5)
        assert time.monotonic() - started < 1
        assert (process.returncode, complaints) == (0, "")


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    """A second stage on one machine would die with a traceback."""
    with LocalPhone(state=tmp_path / "first", admin_token=ADMIN) as phone:
        with program(tmp_path / "second", "--port", str(phone.port)) as process:
            _, complaints = process.communicate(timeout=10)
        expected = f"local phone: port {phone.port} on 127.0.0.1 is in use; choose another with --port\n"
        assert (process.returncode, complaints) == (2, expected)


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [
        ("0.0.0.0", 0, "loopback only"),  # noqa: S104 - what must be refused
        ("example.org", 0, "loopback only"),
        ("127.0.0.1", 70_000, "cannot listen"),
    ],
)
def test_an_impossible_address_is_refused(tmp_path: Path, host: str, port: int, sentence: str) -> None:
    """The phone, which asks nobody for a password, would stand open to the network."""
    with pytest.raises(PhoneStartError, match=sentence):
        LocalPhone(state=tmp_path, admin_token=ADMIN, host=host, port=port).start()


def test_an_impossible_folder_is_refused(tmp_path: Path) -> None:
    """A mistyped folder would be a traceback, and the port would stay taken."""
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(PhoneStartError, match="cannot keep state"):
        LocalPhone(state=tmp_path / "file", admin_token=ADMIN).start()
    (tmp_path / "phone.sqlite3").write_text("not a database" * 100)
    with pytest.raises(PhoneStartError, match="cannot keep state"):
        LocalPhone(state=tmp_path, admin_token=ADMIN).start()


def test_localhost_and_ipv6_are_loopback(tmp_path: Path) -> None:
    """Names that mean this machine would be refused."""
    for host in ("localhost", "::1"):
        with LocalPhone(state=tmp_path, admin_token=ADMIN, host=host) as phone:
            assert Driver(phone.url).call("GET", "/", token=None).status == 200
