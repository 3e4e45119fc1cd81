"""HTTP calls to the bridge: one request, one answer, read as it came."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import urllib3

from chalicelib.adapters.providers.whatsmeow.texts import text_of
from chalicelib.domain.values import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FIRST_ERROR = 400
_SECONDS = re.compile(r"[0-9]{1,6}")


# Everything but a send is answered at once or not at all: a hung bridge must not hold up whoever asks.
_QUICK = urllib3.Timeout(connect=3.0, read=5.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bridge answered.

    Attributes:
        status: HTTP status.
        success: The envelope's own claim, unless its status says otherwise; on its own it proves nothing.
        data: The envelope's data, or an empty object.
        error: The envelope's error text, or the start of a body that is no envelope.
        envelope: Whether the body was the JSON object that the bridge speaks.
        retry_after: The wait that was asked for, ms; ``None`` when none was.
    """

    status: int
    success: bool
    data: Mapping[str, Any]
    error: str
    envelope: bool
    retry_after: int | None = None


class Bridge:
    """The bridge's HTTP interface."""

    def __init__(
        self, pool: urllib3.PoolManager, base_url: str, admin_token: Callable[[], str], user_token: Callable[[str], str]
    ) -> None:
        """Create the client.

        Args:
            pool: Makes each call exactly once.
            base_url: Where the bridge listens.
            admin_token: Reads the admin token; called when it is needed.
            user_token: The token of the bridge user of an instance id.
        """
        self._pool = pool
        self._base_url = base_url.rstrip("/")
        self._admin_token = admin_token
        self._user_token = user_token

    def admin(self, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        """A quick call with the admin token, which goes raw into ``Authorization``."""
        return self._call(method, path, body, {"Authorization": self._admin_token()}, timeout=_QUICK)

    def user(self, instance_id: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        """A quick call as the instance's bridge user."""
        return self._call(method, path, body, {"token": self._user_token(instance_id)}, timeout=_QUICK)

    def send(self, instance_id: str, path: str, body: Mapping[str, Any]) -> Answer:
        """A send as the instance's bridge user, with the pool's own time limit: WhatsApp may take its time."""
        return self._call("POST", path, body, {"token": self._user_token(instance_id)})

    def hint(self, instance_id: str, path: str, body: Mapping[str, Any], seconds: float) -> None:
        """A call whose answer does not matter, given up after ``seconds``."""
        headers = {"token": self._user_token(instance_id)}
        with suppress(urllib3.exceptions.HTTPError):
            self._call("POST", path, body, headers, timeout=urllib3.Timeout(total=seconds))

    def token_of(self, instance_id: str) -> str:
        """The token of the instance's bridge user."""
        return self._user_token(instance_id)

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        headers: dict[str, str],
        **limits: Any,  # noqa: ANN401 - urllib3's own options
    ) -> Answer:
        payload = None if body is None else json.dumps(body).encode()
        answer = self._pool.request(
            method,
            self._base_url + path,
            body=payload,
            headers={**headers, "Content-Type": "application/json"},
            redirect=False,
            **limits,
        )
        return replace(read_answer(answer.status, answer.data), retry_after=_wait(answer.headers.get("Retry-After")))


def _wait(header: str | None) -> int | None:
    """The wait (ms) in a header that tells it in seconds; a date, or nonsense, is no wait."""
    return int(header) * SECOND if header and _SECONDS.fullmatch(header) else None


def read_answer(status: int, body: bytes) -> Answer:
    """Read a bridge's answer: an envelope when it is one, its first words otherwise."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        envelope = None
    if not isinstance(envelope, dict):
        return Answer(status, success=False, data={}, error=body[:200].decode(errors="replace"), envelope=False)
    data = envelope.get("data")
    return Answer(
        status,
        success=status < _FIRST_ERROR and envelope.get("success") is True and envelope.get("code", 200) == status,
        data=data if isinstance(data, dict) else {},
        error=text_of(envelope.get("error")),
        envelope=True,
    )
