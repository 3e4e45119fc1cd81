"""What the Gate says about an intent, and the numbers it compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.parking import line_in
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import Reason

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent

GATE = "gate"

# Waits whose end moves on with every other message that the same person gets.
_IN_TURN = frozenset({Reason.RECIPIENT_COOLDOWN, Reason.DUPLICATE_CONTENT})

# Names and values that were compared.
Numbers = dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of a trace: what stopped a candidate, or the numbers it passed with.

    Attributes:
        subject: Id of the instance, organization or contact the line is about; empty for several numbers together.
        rule: The reason's code, or ``OK``.
        numbers: Names and values compared, e.g. ``{"minute": "12/12"}``; instants and durations in ms.
    """

    subject: str
    rule: str
    numbers: Numbers


Trace = tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Approve:
    """May leave from ``instance_id`` between ``not_before`` and ``not_after`` (ms).

    ``new_contact`` when the recipient was never written to from there, ``planned`` when it counts against a plan.
    """

    instance_id: str
    not_before: int
    not_after: int
    trace: Trace
    new_contact: bool = False
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Defer:
    """Not yet: decided again at ``until`` (ms), or when its turn comes in the place ``parked_on``."""

    reason: Reason
    until: int | None
    parked_on: str | None
    trace: Trace


@dataclass(frozen=True, slots=True)
class Block:
    """Never, for this reason."""

    reason: Reason
    trace: Trace


class Ending(StrEnum):
    """Why an intent is dropped."""

    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Drop:
    """It will not leave: its time is over, or the actor ``by`` cancelled it."""

    trace: Trace = ()
    reason: Ending = Ending.EXPIRED
    by: str | None = None


Decision = Approve | Defer | Block | Drop


def decided(intent: Intent, decision: Decision, now: int) -> Intent:
    """The intent with the decision on its timeline.

    A deferral that changes nothing (parked where it is parked already, for the same reason or in the same line) is not
    said again, and one that only lasts longer because somebody else's message to the same person came first moves its
    end: a thousand messages to one person would each have a thousand of them on their timelines.
    """
    trace = [[line.subject, line.rule, line.numbers] for line in decision.trace]
    if isinstance(decision, Approve):
        counted = {"new_contact": decision.new_contact, "planned": decision.planned}
        return intent.record(
            EventType.APPROVED,
            now,
            GATE,
            instance_id=decision.instance_id,
            not_before=decision.not_before,
            not_after=decision.not_after,
            **{name: True for name, holds in counted.items() if holds},
            trace=trace,
        )
    if isinstance(decision, Defer):
        if _stays(intent, decision):
            return intent
        if decision.until is not None and _lasts_longer(intent, decision):
            return intent.waiting_until(decision.until)
        where = {"reason": decision.reason, "until": decision.until, "parked_on": decision.parked_on}
        return intent.record(EventType.QUEUED, now, GATE, **where, trace=trace)
    if isinstance(decision, Block):
        return intent.record(EventType.BLOCKED, now, GATE, reason=decision.reason, trace=trace)
    who = {"by": decision.by} if decision.by else {}
    return intent.record(EventType.DROPPED, now, GATE, reason=decision.reason, **who, trace=trace)


def _stays(intent: Intent, decision: Defer) -> bool:
    """Whether an intent waits on where it waits already."""
    if decision.parked_on is None or decision.parked_on != intent.parked_on:
        return False
    return line_in(decision.parked_on) is not None or intent.reason == decision.reason


def _lasts_longer(intent: Intent, decision: Defer) -> bool:
    """Whether an intent waits on for its turn with its recipient."""
    return decision.reason in _IN_TURN and intent.reason == decision.reason and intent.until is not None
