"""Where a message's time went: every moment until its end belongs to one phase, and those from a retry on as well."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.timeline import EventType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chalicelib.domain.timeline import Event

# Phases; a wait's phase is its reason's code.
DECIDING, SLOT, QUEUE, WHATSAPP, BACK_OFF, DOUBT = "deciding", "slot", "queue", "whatsapp", "back_off", "doubt"
_AFTER = {
    EventType.ACCEPTED: DECIDING,
    EventType.APPROVED: QUEUE,
    EventType.CLAIMED: WHATSAPP,
    EventType.ATTEMPT_FAILED: BACK_OFF,
    EventType.UNCONFIRMED: DOUBT,
    EventType.RETRIED: DECIDING,
    EventType.RESEND_AUTHORISED: DECIDING,
}
_RECEIPTS = frozenset({EventType.DELIVERED, EventType.READ})
_ENDS = frozenset({EventType.SENT, EventType.BLOCKED, EventType.DROPPED, EventType.FAILED})


@dataclass(frozen=True, slots=True)
class Durations:
    """How long a message took, ms.

    Attributes:
        phases: By phase, in the order in which they came; together everything from acceptance to its end, or to now,
            without the time in which it had ended and nobody had retried it.
        delivered: From sent to delivered.
        read: From sent to read.
    """

    phases: Mapping[str, int]
    delivered: int | None
    read: int | None


def durations(timeline: Sequence[Event], now: int) -> Durations:
    """The durations of a message's timeline, the last of them as long as it is at ``now`` (ms)."""
    phases: Counter[str] = Counter()
    for phase, lasted in _phases(timeline, now):
        phases[phase] += lasted
    at = {event.type: event.at for event in timeline}
    sent = at.get(EventType.SENT)
    delivered, read = (
        max(0, at[kind] - sent) if sent is not None and kind in at else None
        for kind in (EventType.DELIVERED, EventType.READ)
    )
    return Durations({phase: lasted for phase, lasted in phases.items() if lasted}, delivered, read)


def _phase_after(event: Event) -> str:
    if event.type is EventType.QUEUED:
        return str(event.data.get("reason", ""))
    if event.type is EventType.RESCHEDULED:
        return QUEUE if "reason" in event.data else DOUBT
    return _AFTER[event.type]


def _phases(timeline: Sequence[Event], now: int) -> Iterator[tuple[str, int]]:
    phase, slot = DECIDING, 0
    steps = [event for event in timeline if event.type not in _RECEIPTS]
    for event, after in zip(steps, [*steps[1:], None], strict=True):
        if event.type in _ENDS:
            continue
        phase = _phase_after(event)
        slot = event.data.get("not_before", event.data.get("look_at", slot))
        end = max(event.at, after.at if after else now)
        begins = min(end, max(event.at, slot)) if phase == QUEUE else event.at
        yield SLOT, begins - event.at
        yield phase, end - begins
