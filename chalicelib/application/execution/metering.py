"""What a step of an intent tells CloudWatch, whoever took it: the engine, a receipt, a person or the sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.application.telemetry import DOUBT_LASTED, HELD_BY_CIRCUIT, INTENTS, RETRIES, RETRIES_EXHAUSTED
from chalicelib.domain.outcome import Failing
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import Reason

if TYPE_CHECKING:
    from chalicelib.application.ports.journal import Journal, Metric
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.timeline import Event

_IN_DOUBT = frozenset({Status.UNCONFIRMED, Status.SENDING})
# Why nothing is called while a number's circuit is open; a provider's own answers have other codes.
_CIRCUIT_OPEN = frozenset({Reason.INSTANCE_DISCONNECTED, Reason.COOLDOWN_ACTIVE})


def meter(journal: Journal, before: Intent, after: Intent) -> None:
    """Count what became of an intent, and how long a doubt about it lasted that is over now."""
    if after.status is not before.status and after.status in INTENTS:
        journal.count(INTENTS[after.status])
    for event in after.timeline[before.version :]:
        metric = _metric(event, unclaimed=before.status is Status.APPROVED)
        if metric:
            journal.count(metric)
    if before.unknown_since and before.status in _IN_DOUBT and after.status not in _IN_DOUBT:
        journal.measure(DOUBT_LASTED, after.timeline[-1].at - before.unknown_since)


def _metric(event: Event, *, unclaimed: bool) -> Metric | None:
    if event.type is EventType.FAILED and event.data["reason"] == Failing.RETRIES_EXHAUSTED:
        return RETRIES_EXHAUSTED
    if event.type is EventType.QUEUED and unclaimed and event.data["reason"] in _CIRCUIT_OPEN:
        return HELD_BY_CIRCUIT
    if event.type is not EventType.ATTEMPT_FAILED:
        return None
    if event.data.get("counted", True):
        return RETRIES
    return HELD_BY_CIRCUIT if event.data["code"] in _CIRCUIT_OPEN else None
