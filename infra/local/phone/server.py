"""Runs the phone on a loopback port, in threads, inside any process."""

import errno
import ipaddress
import socket
import sqlite3
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from infra.local.phone.app import create_app
from infra.local.phone.people import People
from infra.local.phone.sessions import Phone
from infra.local.phone.timings import Timings
from infra.local.phone.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_BACKLOG = 128
_PATIENCE = 0.4
"""Seconds that closing waits for requests under way, and then for webhooks under way."""


class PhoneStartError(Exception):
    """The phone cannot start; the text is one line for a person."""


class LocalPhone:
    """A running local phone.

    Args:
        state: The folder where users, sessions and messages are kept.
        admin_token: What admin calls carry in ``Authorization``.
        host: A loopback address.
        port: The port, 0 for any free one.
        timings: How long the phone waits.
    """

    def __init__(
        self,
        *,
        state: Path,
        admin_token: str,
        host: str = "127.0.0.1",
        port: int = 0,
        timings: Timings | None = None,
    ) -> None:
        self._state = state
        self._admin_token = admin_token
        self._host = "127.0.0.1" if host == "localhost" else host
        self._timings = timings or Timings()
        self.port = port

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    def start(self) -> Self:
        """Starts answering.

        Raises:
            PhoneStartError: The address is not loopback, the port is taken or the folder cannot be used.
        """
        listener = _listen(self._host, self.port)
        try:
            truth = Truth(self._state)
            people = People(self._state)
        except (OSError, sqlite3.Error) as error:
            listener.close()
            raise PhoneStartError(f"cannot keep state in {self._state}: {error}") from error
        self._phone = Phone(truth, people, self._timings)
        self._under_way = _UnderWay(create_app(self._phone, self._admin_token).wsgi_app)
        with listener:
            self.port = listener.getsockname()[1]
            self._server = _Server(self._host, self.port, self._under_way, _Handler, fd=listener.fileno())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._phone.start()
        self._thread.start()
        return self

    def close(self) -> None:
        """Stops answering, within a second; what was acknowledged stays in the folder."""
        self._phone.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._under_way.wait(_PATIENCE)
        self._phone.close(_PATIENCE)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _Server(ThreadedWSGIServer):
    """The threaded server with a queue that holds a burst."""

    request_queue_size = _BACKLOG


class _Handler(WSGIRequestHandler):
    """The request handler without a line on the terminal for every request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing; the phone's own log has the requests."""


class _UnderWay:
    """Counts the requests being worked on, so that closing can wait for them."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self._count = 0
        self._changed = threading.Condition()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        with self._changed:
            self._count += 1
        try:
            return self._app(environ, start_response)
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def wait(self, patience: float) -> None:
        """Waits until nothing is under way, at most `patience` seconds."""
        deadline = time.monotonic() + patience
        with self._changed:
            while self._count and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)


def _listen(host: str, port: int) -> socket.socket:
    """Returns a listening socket, or explains why there is none."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise PhoneStartError(f"the phone listens on loopback only, not on {host}")
    listener = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET)  # noqa: PLR2004
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PhoneStartError(f"port {port} on {host} is in use; choose another with --port") from error
        raise PhoneStartError(f"cannot listen on {host} port {port}: {error}") from error
    return listener
