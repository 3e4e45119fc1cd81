"""Turns intents into the shapes of the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.domain.decision import GATE
from chalicelib.domain.intervention import interventions
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import WAITING
from chalicelib.entrypoints.http.schemas.fields import instant
from chalicelib.entrypoints.http.schemas.message_intents import (
    DecisionView,
    EventView,
    MessageIntentSummary,
    MessageIntentView,
    TraceLine,
)
from chalicelib.entrypoints.web.words.reasons import explained
from chalicelib.entrypoints.web.words.traces import compared, insists_on_another, others

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.timeline import Event
    from chalicelib.domain.values import Content
    from chalicelib.entrypoints.web.words.times import Times

_DECISIONS: dict[EventType, Literal["APPROVE", "DEFER", "BLOCK", "DROP"]] = {
    EventType.APPROVED: "APPROVE",
    EventType.QUEUED: "DEFER",
    EventType.BLOCKED: "BLOCK",
    EventType.DROPPED: "DROP",
}

# Facts of events that are instants.
_INSTANTS = frozenset(
    {"until", "not_before", "not_after", "lease_until", "retry_at", "look_at", "provider_at", "expires_at"}
)
# Facts that mean something to the engine only.
_INTERNAL = frozenset({"token"})


def summary(intent: Intent) -> MessageIntentSummary:
    """A row of a list."""
    return MessageIntentSummary(**_summary(intent))


def detail(intent: Intent, content: Content | None, times: Times) -> MessageIntentView:
    """The whole intent.

    Args:
        intent: The intent.
        content: What it says; ``None`` when that is no longer stored.
        times: What speaks to the caller.
    """
    return MessageIntentView(
        **_summary(intent),
        content=asdict(content) if content else None,
        provider_id=intent.provider_id,
        allowed_actions=[*interventions(intent)],
        decision=_decision(intent, times),
        timeline=[_event(event) for event in intent.timeline],
    )


def _summary(intent: Intent) -> dict[str, Any]:
    request = intent.request
    return {
        "id": intent.id,
        "status": intent.status,
        "reason": intent.reason,
        "delivery": intent.delivery,
        "attempts": intent.attempts,
        "instance_id": intent.instance_id or request.instance_id,
        "target": {"kind": request.target.kind, "value": request.target.value},
        "purpose": request.purpose,
        "origin": request.origin,
        "category": request.category,
        "external_id": request.external_id,
        "campaign": request.campaign,
        "batch_id": intent.batch_id,
        "created_at": instant(intent.created_at),
        "send_at": instant(request.send_at),
        "expires_at": instant(request.expires_at),
        "version": intent.version,
    }


def _decision(intent: Intent, times: Times) -> DecisionView | None:
    """The Gate's latest word on it."""
    decided = (event for event in reversed(intent.timeline) if event.type in _DECISIONS and event.actor == GATE)
    event = next(decided, None)
    if event is None:
        return None
    data, reason = event.data, event.data.get("reason")
    deferred = event.type is EventType.QUEUED
    return DecisionView(
        kind=_DECISIONS[event.type],
        instance_id=data.get("instance_id"),
        not_before=instant(data.get("not_before")),
        not_after=instant(data.get("not_after")),
        until=instant(data.get("until")),
        parked_on=data.get("parked_on"),
        reason=reason,
        waiting_helps=(deferred or reason in WAITING) if reason else None,
        text=explained(times, reason or "", deferred=deferred) or None,
        decided_at=str(instant(event.at)),
        trace=[_line(times, intent, *line) for line in data.get("trace", [])],
    )


def _line(times: Times, intent: Intent, subject: str, rule: str, numbers: dict[str, Any]) -> TraceLine:
    text = compared(times, rule, numbers, another=insists_on_another(intent, subject))
    said = text if subject else f"{others(times, numbers)}: {text}"
    return TraceLine(subject=subject, rule=rule, numbers=numbers, text=said)


def _event(event: Event) -> EventView:
    facts = {name: value for name, value in event.data.items() if name not in _INTERNAL and name != "trace"}
    shown = {name: instant(value) if name in _INSTANTS else value for name, value in facts.items()}
    return EventView(seq=event.seq, at=str(instant(event.at)), type=event.type, actor=event.actor, data=shown)
