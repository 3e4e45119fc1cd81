"""Hands and eyes for the tests of the local phone: a client that only speaks HTTP, and a webhook that remembers."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, TypeVar

import urllib3

ADMIN = "admin-token-of-the-tests"
KEY = "k" * 32
EVENTS = "Message,ReadReceipt,Connected,Disconnected,PairSuccess,LoggedOut"
INSTANCE = "ins_01"
NUMBER = "5511987654321"
TOKEN = "token-1"

_T = TypeVar("_T")


def eventually(probe: Callable[[], _T | None], within: float = 3.0) -> _T:
    """Returns the first answer of `probe` that is true; fails when there is none in time."""
    deadline = time.monotonic() + within
    while True:
        if found := probe():
            return found
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen in time")
        time.sleep(0.01)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    raw: bytes
    content_type: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - the shape is what the tests look at
        """The decoded body."""
        return json.loads(self.raw)

    @property
    def data(self) -> Any:  # noqa: ANN401 - as above
        """The envelope's data."""
        return self.json["data"]

    @property
    def error(self) -> str:
        """The envelope's error."""
        return str(self.json["error"])


class Driver:
    """A client of one phone.

    Args:
        url: The phone's base URL.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool = urllib3.PoolManager(retries=False)

    def call(  # noqa: PLR0913 - one place builds every request
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        token: str | None = TOKEN,
        headers: dict[str, str] | None = None,
        timeout: float = 10.0,
    ) -> Answer:
        """Makes one request."""
        sent = dict(headers or {})
        if token is not None:
            sent["token"] = token
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        response = self._pool.request(method, self.url + path, body=data, headers=sent, timeout=timeout)
        return Answer(response.status, response.data, response.headers.get("content-type", ""))

    def admin(self, method: str, path: str, body: object = None) -> Answer:
        """Makes one admin request."""
        return self.call(method, path, body, token=None, headers={"Authorization": ADMIN})

    def add_user(self, *, name: str = INSTANCE, token: str = TOKEN, webhook: str = "", events: str = EVENTS) -> str:
        """Creates a bridge user; returns its bridge id."""
        body = {"name": name, "token": token, "webhook": webhook, "events": events, "hmacKey": KEY}
        answer = self.admin("POST", "/admin/users", body)
        assert answer.status == 201, answer.raw
        return str(answer.data["id"])

    def connect(self, token: str = TOKEN, subscribe: str = EVENTS) -> Answer:
        """Opens a session."""
        body = {"Subscribe": subscribe.split(","), "Immediate": True}
        return self.call("POST", "/session/connect", body, token=token)

    def paired(self, *, name: str = INSTANCE, token: str = TOKEN, webhook: str = "", signed: bool = False) -> str:
        """Creates, connects and pairs a bridge user; returns its bridge id."""
        user_id = self.add_user(name=name, token=token, webhook=webhook)
        if signed:
            assert self.call("POST", "/session/hmac/config", {"hmac_key": KEY}, token=token).status == 200
        assert self.connect(token).status == 200
        assert self.control(f"sessions/{name}/scan").status == 200
        return user_id

    def status(self) -> Any:  # noqa: ANN401 - the shape is what the tests look at
        """Asks for the session's state."""
        return self.call("GET", "/session/status").data

    def send(self, message_id: str = "ID1", *, token: str = TOKEN, timeout: float = 10.0, **fields: object) -> Answer:
        """Sends a text."""
        body = {"Phone": NUMBER, "Body": "Seu pedido saiu", "Id": message_id, **fields}
        return self.call("POST", "/chat/send/text", body, token=token, timeout=timeout)

    def control(self, path: str, body: object = None, method: str = "POST") -> Answer:
        """Makes one control call."""
        return self.call(method, f"/_phone/{path}", body, token=None)

    def faults(self, **faults: object) -> None:
        """Puts faults in force."""
        answer = self.control("faults", faults)
        assert answer.status == 200, answer.raw

    def log(self) -> Any:  # noqa: ANN401 - the shape is what the tests look at
        """Reads the truth."""
        return self.control("log", method="GET").json

    def messages(self) -> list[tuple[str, int]]:
        """Returns the ids of the messages that receivers see, with the number of sends under each."""
        return [(message["id"], message["copies"]) for message in self.log()["messages"]]


@dataclass(frozen=True)
class Hook:
    """One webhook request."""

    raw: bytes
    signature: str | None
    host: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - the shape is what the tests look at
        """The decoded body."""
        return json.loads(self.raw)


@dataclass
class Receiver:
    """A webhook on loopback; it answers the scripted statuses first, then 200."""

    statuses: list[int] = field(default_factory=list)
    hooks: list[Hook] = field(default_factory=list)

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["content-length"]))
                receiver.hooks.append(Hook(raw, self.headers.get("x-hmac-signature"), self.headers["host"]))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def kinds(self) -> list[str]:
        """Returns the types of the events that came, in order."""
        return [hook.json["type"] for hook in list(self.hooks)]

    def wait_for(self, kind: str, times: int = 1) -> list[Hook]:
        """Waits until events of a type came so many times."""

        def found() -> list[Hook] | None:
            hooks = [hook for hook in list(self.hooks) if hook.json["type"] == kind]
            return hooks if len(hooks) >= times else None

        return eventually(found)
