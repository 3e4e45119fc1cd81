"""Misbehaviour on request: what the phone does wrong, to which sends, and for how long.

`rate` and `count` choose the sends that get `answer`; `latency_ms`, `webhooks` and `show_repeats` hold for everything
while they are set. `instance_id` limits all of them to one session, whose latency then holds for questions about
sessions and numbers too; `slow_status` does so without a session being named. Setting faults replaces the previous
ones. The choice by rate repeats itself from one setting to the next, so that a failing test fails again.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, fields
from random import Random

ANSWERS = (
    "ok",
    "error",
    "463",
    "success_false",
    "empty",
    "invalid_json",
    "timeout_text",
    "drop_after_accept",
    "hang",
)
WEBHOOKS = ("ok", "duplicate", "delay", "reorder", "drop")
TEXTS = {
    "error": "error sending message: the local phone was told to refuse",
    "463": "error sending message: server returned error 463",
    "success_false": "error sending message: the local phone was told to refuse",
    "timeout_text": "error sending message: timed out waiting for message send response",
}
"""The texts of the answers that have one; `text` replaces them."""
MAX_LATENCY_MS = 120_000


class FaultError(ValueError):
    """The asked-for faults make no sense; the text is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What to do wrong; the defaults are nothing."""

    answer: str = "ok"
    text: str = ""
    rate: float = 1.0
    count: int | None = None
    latency_ms: int = 0
    webhooks: str = "ok"
    show_repeats: bool = False
    instance_id: str = ""
    slow_status: bool = False

    def concern(self, instance_id: str) -> bool:
        """Whether they are meant for this instance."""
        return self.instance_id in ("", instance_id)

    def slow(self, instance_id: str) -> bool:
        """Whether questions about this instance's session and about numbers take longer too."""
        return self.concern(instance_id) and (self.slow_status or bool(self.instance_id))


def parse_faults(body: object) -> Faults:
    """Reads faults from a decoded JSON body.

    Raises:
        FaultError: The body is not an object, or has an unknown key or an impossible value.
    """
    if not isinstance(body, dict):
        raise FaultError("The body must be a JSON object.")
    known = [item.name for item in fields(Faults)]
    for key, value in body.items():
        if key not in known:
            raise FaultError(f"Unknown key {key!r}; known keys are {', '.join(known)}.")
        valid, expected = _RULES[key]
        if not valid(value):
            raise FaultError(f"{key} must be {expected}, not {value!r}.")
    faults = Faults(**body)
    if faults.text and faults.answer not in TEXTS:
        raise FaultError(f"text has no effect on answer {faults.answer!r}; it goes with {', '.join(TEXTS)}.")
    return faults


class FaultDesk:
    """The faults in force, shared between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.replace(Faults())

    def replace(self, faults: Faults) -> None:
        """Puts other faults in force and starts their count and their sequence anew."""
        with self._lock:
            self._faults = faults
            self._left = faults.count
            self._dice = Random(0)  # noqa: S311 - a repeatable choice, not a secret

    @property
    def current(self) -> Faults:
        """The faults in force."""
        with self._lock:
            return self._faults

    def of(self, instance_id: str) -> Faults:
        """The faults in force for one instance."""
        current = self.current
        return current if current.concern(instance_id) else Faults()

    def next_answer(self, instance_id: str) -> tuple[str, str]:
        """Decides how an acceptable send is answered, and with which text; a fault uses up one of `count`."""
        with self._lock:
            if not self._faults.concern(instance_id) or self._left == 0 or self._dice.random() >= self._faults.rate:
                return "ok", ""
            if self._left is not None:
                self._left -= 1
            return self._faults.answer, self._faults.text or TEXTS.get(self._faults.answer, "")


def _number_between(low: float, high: float) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _whole_between(low: int, high: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


_RULES: dict[str, tuple[Callable[[object], bool], str]] = {
    "answer": (lambda value: isinstance(value, str) and value in ANSWERS, f"one of {', '.join(ANSWERS)}"),
    "text": (lambda value: isinstance(value, str), "a string"),
    "rate": (_number_between(0, 1), "a number from 0 to 1"),
    "count": (
        lambda value: value is None or _whole_between(0, 2**31)(value),
        "a whole number from 0 upwards, or null for no limit",
    ),
    "latency_ms": (_whole_between(0, MAX_LATENCY_MS), f"a whole number from 0 to {MAX_LATENCY_MS}"),
    "webhooks": (lambda value: isinstance(value, str) and value in WEBHOOKS, f"one of {', '.join(WEBHOOKS)}"),
    "show_repeats": (lambda value: isinstance(value, bool), "true or false"),
    "instance_id": (lambda value: isinstance(value, str), "a string"),
    "slow_status": (lambda value: isinstance(value, bool), "true or false"),
}
