"""An organization of a test's own on the running stack, made as an operator makes one: its figures are its alone."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import urllib3

from infra.local.services import ROOT
from tests.e2e.client import Client
from tests.e2e.reconciliation.evidence import Post

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.policy import Policy
    from tests.stack import Running

_CREATED = re.compile(r"^organization\s+(org_\w+).*^API key\s+(\S+)", re.DOTALL | re.MULTILINE)
_ACCEPTED, _UNDECIDED, _SERVER_ERROR = 202, 409, 500
# A client gives up some time; the stack's workers are back long before.
_PATIENCE = 300.0
_PAUSE = 0.5


@dataclass(frozen=True)
class Tenant:
    """The organization, a client with its key, and its connected numbers."""

    client: Client
    organization_id: str
    numbers: tuple[str, ...]

    @classmethod
    def admit(cls, running: Running, numbers: int, pace: Policy) -> Tenant:
        """A new organization.

        Args:
            running: The stack.
            numbers: So many numbers are connected.
            pace: Its windows and pauses; beyond them it has no rule.
        """
        organization_id, key = _created(running)
        client = Client(replace(running, endpoints={**running.endpoints, "api_key": key}))
        status, shown = client.call("GET", "/policy")
        assert status == 200, shown
        off = {"warmup": None, "quiet": None, "new_contacts": None, "spacing_ms": 0, "typing_ms": 0}
        off |= {"duplicate_window_ms": 0, "reply_share_percent": 0}
        policy = {**shown["policy"], **off, **_figures(pace)}
        status, changed = client.call("PUT", "/policy", {"policy": policy, "version": shown["version"]})
        assert status == 200, changed
        connected = tuple(client.connected(f"Número {number}") for number in range(numbers))
        return cls(client, organization_id, connected)

    def wish(self, index: int, text: str) -> dict[str, Any]:
        """The ``index``-th message, to a person of its own, from the numbers in turn."""
        target = {"kind": "PHONE", "value": f"+55119{80_000_000 + index:08d}"}
        number = self.numbers[index % len(self.numbers)]
        return {"target": target, "content": {"type": "TEXT", "text": text}, "instance_id": number}

    def post(self, key: str, wishes: Sequence[dict[str, Any]], *, single: bool = False) -> list[Post]:
        """Hand messages in with one request, again and again with the same key until it is answered for good."""
        body = wishes[0] if single else {"intents": wishes}
        status, answer = self.insist("POST", "/message-intents", body, {"Idempotency-Key": key})
        ids: list[str | None] = [None] * len(wishes)
        if status == _ACCEPTED:
            named = [answer] if single else self.all(f"/batches/{answer['batch_id']}")
            ids = [one["id"] for one in named]
            assert len(ids) == len(wishes)
        said = [wish["content"]["text"] for wish in wishes]
        return [
            Post(f"{key}/{place}", text, status, name) for place, (text, name) in enumerate(zip(said, ids, strict=True))
        ]

    def contest(self, key: str, wish: dict[str, Any], other: dict[str, Any], posts: int) -> list[Post]:
        """Post one key many times at once, every fourth time with another body."""
        bodies = [other if number % 4 == 3 else wish for number in range(posts)]
        with ThreadPoolExecutor(posts) as pool:
            return [post for made in pool.map(lambda one: self.post(key, [one], single=True), bodies) for post in made]

    def all(self, path: str) -> Iterator[dict[str, Any]]:
        """Everything that a list of the API shows, page by page."""
        query = "?limit=200"
        while query:
            status, page = self.insist("GET", path + query)
            assert status == 200, page
            yield from page["data"]
            query = f"?limit=200&cursor={page['next_cursor']}" if page["has_more"] else ""

    def insist(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """What the API answers: the first answer that is neither a failure of the server nor ``being decided``."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            try:
                status, answer = self.client.call(method, path, body, headers)
            except (urllib3.exceptions.HTTPError, ValueError):  # its worker was killed
                status, answer = _SERVER_ERROR, {}
            if status < _SERVER_ERROR and status != _UNDECIDED:
                return status, answer
            time.sleep(_PAUSE)
        raise AssertionError(f"no answer within {_PATIENCE} s")


def _figures(pace: Policy) -> dict[str, int]:
    windows = {"per_minute": pace.per_minute, "per_hour": pace.per_hour, "per_day": pace.per_day}
    return {**windows, "min_interval_ms": pace.min_interval, "max_interval_ms": pace.max_interval}


def _created(running: Running) -> tuple[str, str]:
    """An organization's id and key, as ``make org`` tells them."""
    admin = f"{secrets.token_hex(6)}@example.com"
    command = [sys.executable, "-m", "infra.org", "--name", "Prova", "--admin", admin, "--stage", "local"]
    environment = {"PATH": os.environ["PATH"], **running.stack.environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    told = _CREATED.search(done.stdout)
    assert told, done.stderr
    return told[1], told[2]
