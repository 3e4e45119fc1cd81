"""What happened to an intent, event by event: the timeline *is* the intent's state."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class EventType(StrEnum):
    """Everything that can happen to an intent."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    APPROVED = "approved"
    BLOCKED = "blocked"
    DROPPED = "dropped"
    CLAIMED = "claimed"
    ATTEMPT_FAILED = "attempt_failed"
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    RESCHEDULED = "rescheduled"
    RETRIED = "retried"
    RESEND_AUTHORISED = "resend_authorised"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        seq: 1 for the first event, then +1.
        at: When it was recorded, ms; never before the event before it.
        type: What happened.
        actor: Who made it happen: ``client key_…``, ``operator usr_…``, ``gate``, ``engine``, ``provider``.
        data: The facts that came with it; plain JSON values.
    """

    seq: int
    at: int
    type: EventType
    actor: str
    data: dict[str, Any] = field(default_factory=dict)
