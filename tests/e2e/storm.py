"""Bad weather on a running stack: workers are killed at random instants, and the phone misbehaves in turns.

How soon the next is killed is counted in messages that left, not in seconds: a slow machine gets as far between two
kills as a fast one, and both have about as many of them.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from tests.e2e.aside import Aside
from tests.e2e.reconciliation.evidence import Crash

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.stack import Stack
    from tests.e2e.client import Client

# How often each function is chosen.
_VICTIMS = {"execute": 10, "gate": 3, "ingest": 3, "api": 2, "sweep": 2}
# So many messages leave between two kills, or none does for a while.
_BETWEEN = (15, 60)
_STUCK_SECONDS = 30.0
_LOOK_SECONDS = 0.5
# The phone's moods, each for a while; a send takes as long as one over a real socket.
_LATENCY = 150
_MOODS: tuple[dict[str, object], ...] = (
    {},
    {"answer": "error", "rate": 0.06},
    {"answer": "timeout_text", "rate": 0.04},
    {"answer": "drop_after_accept", "rate": 0.04},
    {"webhooks": "duplicate"},
    {"webhooks": "reorder"},
    {"webhooks": "delay"},
)
_MOOD_SECONDS = 12.0


@dataclass
class Storm(Aside):
    """Blows until it is left: ``with Storm(client, stack, sent, seed) as storm``.

    Attributes:
        client: Reaches the phone and the sweep.
        stack: Whose workers are killed.
        sent: How many messages have left.
        seed: What is chosen follows from it; when it meets what, no seed can say.
        crashes: Every kill.
    """

    client: Client
    stack: Stack
    sent: Callable[[], int]
    seed: int
    crashes: list[Crash] = field(default_factory=list)
    _dice: Random = field(init=False)
    _mood_until: float = 0.0

    def __post_init__(self) -> None:
        """Begin with the seed."""
        self._dice = Random(self.seed)  # noqa: S311 - a repeatable choice, not a secret

    def go_on(self) -> None:
        """Kill, and change the phone's mood; at the end the phone is well again."""
        while not self._calm():
            if time.monotonic() > self._mood_until:
                self.client.fault(latency_ms=_LATENCY, **self._dice.choice(_MOODS))
                self._mood_until = time.monotonic() + _MOOD_SECONDS
            [victim] = self._dice.choices(list(_VICTIMS), list(_VICTIMS.values()))
            if victim == "sweep":  # it works for a moment of each minute only
                threading.Thread(target=self._tick, daemon=True).start()
                self.over.wait(self._dice.uniform(0.0, 1.5))
            self._kill(victim)
        self.client.fault(latency_ms=_LATENCY)

    def _calm(self) -> bool:
        """Wait for the instant of the next kill; whether the storm is over instead."""
        goal, until = self.sent() + self._dice.randint(*_BETWEEN), time.monotonic() + _STUCK_SECONDS
        while self.sent() < goal and time.monotonic() < until:
            if self.over.wait(_LOOK_SECONDS):
                return True
        return self.over.wait(self._dice.uniform(0.0, _LOOK_SECONDS))

    def _tick(self) -> None:
        with suppress(Exception):  # it is killed in the middle
            self.client.tick()

    def _kill(self, function: str) -> None:
        pids = self.stack.worker_pids(function)
        chosen = self._dice.sample(pids, self._dice.randint(1, len(pids))) if pids else []
        for pid in chosen:
            with suppress(ProcessLookupError):  # it ended while we looked
                os.kill(pid, signal.SIGKILL)
        if chosen:
            self.crashes.append(Crash(time.time_ns() // 1_000_000, function, len(chosen)))
