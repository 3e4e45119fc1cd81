"""The statuses of an intent and the only steps between them."""

from __future__ import annotations

from enum import StrEnum

from chalicelib.domain.timeline import EventType


class Status(StrEnum):
    """Where an intent is on its way."""

    PENDING = "PENDING"
    QUEUED = "QUEUED"
    APPROVED = "APPROVED"
    SENDING = "SENDING"
    UNCONFIRMED = "UNCONFIRMED"
    SENT = "SENT"
    BLOCKED = "BLOCKED"
    FAILED = "FAILED"
    DROPPED = "DROPPED"


class Delivery(StrEnum):
    """How far a sent message came, by what the provider reported."""

    ACCEPTED = "ACCEPTED"
    DELIVERED = "DELIVERED"
    READ = "READ"


_UNSENT = frozenset({Status.PENDING, Status.QUEUED, Status.APPROVED})
_SENT_OR_SENDING = frozenset({Status.SENDING, Status.SENT})

# From which statuses each event may happen.
ALLOWED: dict[EventType, frozenset[Status]] = {
    EventType.QUEUED: _UNSENT,
    EventType.APPROVED: frozenset({Status.PENDING, Status.QUEUED}),
    EventType.BLOCKED: frozenset({Status.PENDING, Status.QUEUED}),
    EventType.DROPPED: _UNSENT,
    EventType.CLAIMED: frozenset({Status.APPROVED, Status.UNCONFIRMED}),
    EventType.ATTEMPT_FAILED: frozenset({Status.SENDING}),
    # Proof of sending is proof wherever it meets the intent.
    EventType.SENT: frozenset(Status) - {Status.SENT},
    EventType.UNCONFIRMED: frozenset({Status.SENDING}),
    EventType.FAILED: frozenset({Status.SENDING, Status.UNCONFIRMED}),
    EventType.DELIVERED: _SENT_OR_SENDING,
    EventType.READ: _SENT_OR_SENDING,
    EventType.RESCHEDULED: frozenset({Status.APPROVED, Status.UNCONFIRMED}),
    EventType.RETRIED: frozenset({Status.FAILED, Status.BLOCKED}),
    EventType.RESEND_AUTHORISED: frozenset({Status.UNCONFIRMED}),
}
