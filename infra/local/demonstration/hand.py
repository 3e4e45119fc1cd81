"""The phone's control calls as the demonstration makes them: what people do on their phones."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import urllib3

from infra.errors import InfraError

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE_SECONDS = 120.0
_REFUSED = 300


@dataclass(frozen=True)
class Hand:
    """Does things on the local phone at ``url``."""

    url: str

    def do(self, instance_id: str, action: str, **body: object) -> dict[str, Any]:
        """Do something to a number's session, such as scan, reply, read or ban; returns the phone's answer."""
        return self._post(f"sessions/{instance_id}/{action}", body)

    def declare(self, phone: str, *, on_whatsapp: bool) -> None:
        """Say whether somebody is on WhatsApp."""
        self._post("contacts", {"phone": digits(phone), "on_whatsapp": on_whatsapp})

    def misbehave(self, **faults: object) -> None:
        """Let the phone do something wrong."""
        self._post("faults", faults)

    def behave(self) -> None:
        """Let the phone do everything right again."""
        urllib3.request("DELETE", f"{self.url}/_phone/faults", timeout=10.0)

    def _post(self, path: str, body: dict[str, object]) -> dict[str, Any]:
        answer = urllib3.request("POST", f"{self.url}/_phone/{path}", json=body, timeout=10.0)
        if answer.status >= _REFUSED:
            raise InfraError(f"the phone refused {path}: HTTP {answer.status} {answer.data[:200]!r}")
        return dict(answer.json())


def digits(phone: str) -> str:
    """A phone as the phone's control calls write it."""
    return phone.removeprefix("+")


def wait_until(reached: Callable[[], bool], what: str) -> None:
    """Wait until the running functions have come so far.

    Raises:
        InfraError: They have not for two minutes.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not reached():
        if time.monotonic() > deadline:
            raise InfraError(f"the demonstration waits in vain: {what}")
        time.sleep(0.3)
