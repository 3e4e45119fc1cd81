"""Counts AWS round trips that wait for each other: what makes people wait is not how many calls there are."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BEGIN, _ENDS = "before-call", ("after-call", "after-call-error")


@dataclass(frozen=True)
class Call:
    """One round trip.

    Attributes:
        name: The operation, e.g. ``PutItem``.
        began: When it was asked for, seconds.
        ended: When its answer was there, seconds.
    """

    name: str
    began: float
    ended: float


def longest_chain(calls: Iterable[Call]) -> list[Call]:
    """The most calls of which each begins after the one before has ended: what cannot be side by side."""
    chain: list[Call] = []
    for call in sorted(calls, key=lambda one: one.ended):
        if not chain or call.began >= chain[-1].ended:
            chain.append(call)
    return chain


class CallLog:
    """The calls of some clients while it listens, each made to take a while.

    What is asked for side by side overlaps for certain, since a call takes far longer than anything between two calls.
    AWS in memory must not be entered twice at once, so only the waiting happens side by side.
    """

    def __init__(self, seconds: float) -> None:
        """Create a log whose calls take at least so long."""
        self.calls: list[Call] = []
        self._seconds = seconds
        self._alone = threading.Lock()

    def begin(self, context: dict[str, Any], **_: object) -> None:
        """Note that a call is asked for."""
        context["began"] = time.monotonic()
        time.sleep(self._seconds)
        self._alone.acquire()

    def end(self, context: dict[str, Any], event_name: str, **_: object) -> None:
        """Note that its answer, or its failure, is there."""
        self._alone.release()
        self.calls.append(Call(event_name.rpartition(".")[2], context["began"], time.monotonic()))


@contextmanager
def logged(clients: Iterable[Any], seconds: float) -> Iterator[CallLog]:
    """Log the calls of clients for a while."""
    log, emitters = CallLog(seconds), [client.meta.events for client in clients]
    for events in emitters:
        events.register(_BEGIN, log.begin)
        for name in _ENDS:
            events.register(name, log.end)
    try:
        yield log
    finally:
        for events in emitters:
            events.unregister(_BEGIN, log.begin)
            for name in _ENDS:
                events.unregister(name, log.end)
