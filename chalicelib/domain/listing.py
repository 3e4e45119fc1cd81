"""What lists of intents are asked for and what a row of them knows: pure, so that every store answers alike.

Rows are written again only when their status class changes or a deferral's reason does. An approval, a claim and a
receipt leave them alone, so a row in flight says nothing that these would change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.contact import canonical_phone
from chalicelib.domain.decision import Ending
from chalicelib.domain.outcome import Failing, FailureClass
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import Reason

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Purpose, Target

# The status class of everything that is being decided, waits for its slot or is being sent.
IN_FLIGHT = "IN_FLIGHT"
# What somebody may want to look at.
EXCEPTIONS = frozenset({Status.FAILED, Status.BLOCKED, Status.UNCONFIRMED})
# Why an intent can wait, be refused or end.
REASONS: tuple[str, ...] = tuple(dict.fromkeys([*Reason, *FailureClass, *Ending, *Failing]))

_POSITION = re.compile(r"[0-9]{13}#(int_[0-9A-Z]{26})?")
_IN_FLIGHT = frozenset({Status.PENDING, Status.APPROVED, Status.SENDING})


class Listed(Protocol):
    """Whatever has a place in a list of intents."""

    @property
    def id(self) -> str:
        """Id of the intent."""

    @property
    def created_at(self) -> int:
        """When the intent was accepted, ms."""


def position(listed: Listed) -> str:
    """The place of an intent in every list, as text that sorts from oldest to newest."""
    return position_of(listed.created_at, listed.id)


def position_of(accepted_at: int, intent_id: str) -> str:
    """The place of what was accepted at an instant (ms) under an id."""
    return f"{accepted_at:013d}#{intent_id}"


def is_position(text: str) -> bool:
    """Whether a text is the place of an intent, or of an instant."""
    return _POSITION.fullmatch(text) is not None


def instant_of(place: str) -> int:
    """When what stands at a position was accepted, ms."""
    return int(place.partition("#")[0])


@dataclass(frozen=True, slots=True)
class IntentRow:
    """What the list's index knows of an intent, a moment late.

    Attributes:
        id: The intent.
        created_at: When it was accepted, ms.
        status_class: Its status, or ``IN_FLIGHT`` for PENDING, APPROVED and SENDING.
        reason: Why it waits, was refused or failed.
        instance_id: Its number; in flight only one that the client insisted on.
        purpose: Why it is sent.
        lag: How long a sent one took, see ``send_lag``.
    """

    id: str
    created_at: int
    status_class: str
    reason: str | None
    instance_id: str | None
    purpose: Purpose
    lag: int | None


def status_class(status: Status) -> str:
    """The coarse status that a row shows."""
    return IN_FLIGHT if status in _IN_FLIGHT else status


def send_lag(intent: Intent) -> int | None:
    """How long a sent intent took from when it might have left until it was known to be sent, ms.

    It counts from its last approval, or from the start of the approved slot when that is later: the pause that the
    Gate wanted is not in it. Retries are in it, with the waits for their slots, and so is the wait for a receipt when
    only that proved the send.
    When somebody merely said that it was sent, nobody knows how long it took.
    """
    latest = {event.type: event for event in intent.timeline}
    sent, approved = latest.get(EventType.SENT), latest.get(EventType.APPROVED)
    if intent.status is not Status.SENT or sent is None or approved is None or "why" in sent.data:
        return None
    return max(0, sent.at - max(approved.at, int(approved.data["not_before"])))


def row_of(intent: Intent) -> IntentRow:
    """The row of an intent."""
    pinned, coarse = intent.request.instance_id, status_class(intent.status)
    return IntentRow(
        id=intent.id,
        created_at=intent.created_at,
        status_class=coarse,
        reason=None if coarse == IN_FLIGHT else intent.reason,
        instance_id=pinned if coarse == IN_FLIGHT else intent.instance_id or pinned,
        purpose=intent.request.purpose,
        lag=send_lag(intent),
    )


@dataclass(frozen=True, slots=True)
class IntentFilter:
    """Which intents a list shows: those that fit everything that is given.

    Attributes:
        status: Only with this status.
        purpose: Only for this purpose.
        instance_id: Only those of this number: the one chosen for them, or else the one the client insisted on.
        reason: Only those that wait, were refused or failed for this reason.
        target: Only to this recipient, with or without Brazil's ninth digit.
        external_id: Only with this id of the client's.
        campaign: Only of this campaign; rows do not tell, so each intent is read for it.
        created_from: Only accepted at this instant or later, ms.
        created_to: Only accepted before this instant, ms.
        exceptions: Only what failed, was blocked or is unconfirmed.
    """

    status: Status | None = None
    purpose: Purpose | None = None
    instance_id: str | None = None
    reason: str | None = None
    target: Target | None = None
    external_id: str | None = None
    campaign: str | None = None
    created_from: int | None = None
    created_to: int | None = None
    exceptions: bool = False

    @property
    def only_exceptions(self) -> bool:
        """Whether nothing but exceptions can fit."""
        return self.exceptions or self.status in EXCEPTIONS

    def spans(self, created_at: int) -> bool:
        """Whether the range has this instant (ms) in it."""
        return (self.created_from or 0) <= created_at and (self.created_to is None or created_at < self.created_to)

    def matches(self, intent: Intent) -> bool:
        """Whether the intent fits, exactly."""
        request = intent.request
        wanted_and_real = (
            (self.status, intent.status),
            (self.purpose, request.purpose),
            (self.instance_id, intent.instance_id or request.instance_id),
            (self.reason, intent.reason),
            (self.external_id, request.external_id),
            (self.campaign, request.campaign),
            (same_person(self.target), same_person(request.target)),
        )
        return (
            all(wanted in {None, real} for wanted, real in wanted_and_real)
            and self.spans(intent.created_at)
            and (not self.exceptions or intent.status in EXCEPTIONS)
        )


def same_person(target: Target | None) -> str | None:
    """One text for all the ways to write a recipient."""
    return None if target is None else f"{target.kind}#{canonical_phone(target.value)}"
