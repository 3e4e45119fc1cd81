"""Delivers events to the bridge users' webhooks: signed, retried, and as badly as the faults ask for."""

import hashlib
import heapq
import hmac
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count, cycle
from urllib.parse import urlsplit, urlunsplit

import urllib3

from infra.local.phone.events import Event
from infra.local.phone.timings import Timings
from infra.local.phone.truth import User

SIGNATURE = "x-hmac-signature"
_WORKERS = 2
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Delivery:
    """An event on its way; the request is made once, so that every attempt carries the same bytes."""

    user_id: str
    event: Event
    attempts: int = 0
    url: str = ""
    raw: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def signature(key: str, raw: bytes) -> str:
    """Returns the hex HMAC-SHA256 of a raw body."""
    return hmac.new(key.encode(), raw, hashlib.sha256).hexdigest()


class Webhooks:
    """A clock of deliveries and the threads that make them.

    Args:
        find_user: Finds a bridge user by its bridge id; asked when an event is due.
        mode: Tells the fault in force for an instance's webhooks; asked when an event happens.
        timings: How long to wait.
    """

    def __init__(self, find_user: Callable[[str], User | None], mode: Callable[[str], str], timings: Timings) -> None:
        self._find_user = find_user
        self._mode = mode
        self._timings = timings
        self._due: list[tuple[float, int, _Delivery]] = []
        self._numbers = count()
        self._holds = cycle((timings.webhook_reorder, 0.0))
        self._stopped = False
        self._changed = threading.Condition()
        self._pool = urllib3.PoolManager(maxsize=_WORKERS, retries=False)
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(_WORKERS)]

    def start(self) -> None:
        """Starts delivering."""
        for thread in self._threads:
            thread.start()

    def close(self, patience: float) -> None:
        """Stops delivering, dropping what is still waiting, within `patience` seconds."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        deadline = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._pool.clear()

    def emit(self, user: User, event: Event, after: float = 0.0) -> None:
        """Sends an event to a user's webhook `after` some seconds, if it is then subscribed."""
        mode = self._mode(user.name)
        if mode == "drop":
            return
        if mode == "delay":
            after += self._timings.webhook_delay
        if mode == "reorder":
            after += next(self._holds)
        for _ in range(2 if mode == "duplicate" else 1):
            self._push(_Delivery(user.id, event), after)

    def _push(self, delivery: _Delivery, after: float) -> None:
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + after, next(self._numbers), delivery))
            self._changed.notify()

    def _work(self) -> None:
        while (delivery := self._next()) is not None:
            if not self._prepared(delivery) or self._attempt(delivery):
                continue
            self._try_again(delivery)

    def _next(self) -> _Delivery | None:
        """Waits for the next delivery that is due; None when the phone closes."""
        with self._changed:
            while not self._stopped:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[2]
                self._changed.wait(wait)
        return None

    def _prepared(self, delivery: _Delivery) -> bool:
        """Makes the request before the first attempt; returns whether anybody wants it."""
        if delivery.url:
            return True
        user = self._find_user(delivery.user_id)
        if user is None or not user.subscribes(delivery.event.kind):
            return False
        event = delivery.event
        body = {"type": event.kind, "event": event.event, "userID": user.id, "instanceName": user.name, **event.beside}
        delivery.url = user.webhook
        delivery.raw = json.dumps(body).encode()
        delivery.headers = {"content-type": "application/json"}
        if user.hmac_key:
            delivery.headers[SIGNATURE] = signature(user.hmac_key, delivery.raw)
        return True

    def _attempt(self, delivery: _Delivery) -> bool:
        delivery.attempts += 1
        timeout = urllib3.Timeout(connect=self._timings.webhook_connect, read=self._timings.webhook_read)
        try:
            url, headers = _reachable(delivery.url)
            response = self._pool.request(
                "POST",
                url,
                body=delivery.raw,
                headers=delivery.headers | headers,
                redirect=False,
                timeout=timeout,
            )
        except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
            _LOG.debug("webhook attempt failed: %s", error)
            return False
        return 200 <= response.status < 300  # noqa: PLR2004 - the range is what "2xx" means

    def _try_again(self, delivery: _Delivery) -> None:
        pauses = self._timings.webhook_backoff
        if delivery.attempts > len(pauses):
            _LOG.warning("gave up a %s webhook after %d attempts", delivery.event.kind, delivery.attempts)
            return
        self._push(delivery, pauses[delivery.attempts - 1])


def _reachable(url: str) -> tuple[str, dict[str, str]]:
    """Returns an address and the headers to reach a URL: names under `.localhost` are this machine (RFC 6761)."""
    parts = urlsplit(url)
    if not (parts.hostname or "").endswith(".localhost"):
        return url, {}
    here = parts._replace(netloc=f"127.0.0.1:{parts.port}" if parts.port else "127.0.0.1")
    return urlunsplit(here), {"host": parts.netloc}
