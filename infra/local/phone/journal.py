"""Remembers the requests that reached the phone, so that tests can compare them with what they meant to send."""

import threading
from collections import deque
from dataclasses import asdict, dataclass

from infra.local.phone.clock import now, rfc3339
from infra.local.phone.payload import peek

KEPT = 30_000


@dataclass(slots=True)
class Entry:
    """One request. `status` is None until it is answered, and for good when the connection is dropped instead."""

    at: str
    path: str
    status: int | None
    id: str | None
    phone: str | None
    body: str | None


class Journal:
    """The latest requests, in memory: messages are in the store, this is the traffic."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def arrive(self, path: str, raw: bytes) -> Entry:
        """Notes a request as it arrives; only sends have an id, a phone and a body."""
        is_send = path.startswith("/chat/")
        id_, phone, body = (peek(raw, name) if is_send else None for name in ("Id", "Phone", "Body"))
        entry = Entry(at=rfc3339(now()), path=path, status=None, id=id_, phone=phone, body=body)
        with self._lock:
            self._entries.append(entry)
        return entry

    def entries(self) -> list[dict[str, object]]:
        """Returns the kept requests, oldest first."""
        with self._lock:
            return [asdict(entry) for entry in self._entries]
