"""What the Gate says about an intent, and the numbers it compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.timeline import EventType

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Reason

GATE = "gate"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of a trace: what stopped a candidate, or the numbers it passed with.

    Attributes:
        subject: Id of the instance or organization the line is about.
        rule: The reason's code, or ``OK``.
        numbers: Names and values compared, e.g. ``{"minute": "12/12"}``.
    """

    subject: str
    rule: str
    numbers: dict[str, int | str]


Trace = tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Approve:
    """May leave from ``instance_id`` between ``not_before`` and ``not_after`` (ms)."""

    instance_id: str
    not_before: int
    not_after: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class Defer:
    """Not yet: decided again at ``until`` (ms), or when ``parked_on`` (an id) becomes usable."""

    reason: Reason
    until: int | None
    parked_on: str | None
    trace: Trace


@dataclass(frozen=True, slots=True)
class Block:
    """Never, for this reason."""

    reason: Reason
    trace: Trace


@dataclass(frozen=True, slots=True)
class Drop:
    """Its time is over: it expired before it could leave."""

    trace: Trace = ()


Decision = Approve | Defer | Block | Drop


def decided(intent: Intent, decision: Decision, now: int) -> Intent:
    """The intent with the decision on its timeline.

    An approval keeps the winner's numbers and one code per loser; a deferral or block keeps every line. A deferral
    that changes nothing (parked where it is parked already, for the same reason) is not said again.
    """
    if isinstance(decision, Approve):
        numbers = next(line.numbers for line in decision.trace if line.subject == decision.instance_id)
        losers = {line.subject: line.rule for line in decision.trace if line.subject != decision.instance_id}
        return intent.record(
            EventType.APPROVED,
            now,
            GATE,
            instance_id=decision.instance_id,
            not_before=decision.not_before,
            not_after=decision.not_after,
            trace=[[decision.instance_id, "OK", numbers], *([subject, rule, {}] for subject, rule in losers.items())],
        )
    trace = [[line.subject, line.rule, line.numbers] for line in decision.trace]
    if isinstance(decision, Defer):
        if _same_parking(intent, decision):
            return intent
        facts = {"reason": decision.reason, "until": decision.until, "parked_on": decision.parked_on}
        return intent.record(EventType.QUEUED, now, GATE, **facts, trace=trace)
    if isinstance(decision, Block):
        return intent.record(EventType.BLOCKED, now, GATE, reason=decision.reason, trace=trace)
    return intent.record(EventType.DROPPED, now, GATE, reason="EXPIRED", trace=trace)


def _same_parking(intent: Intent, decision: Defer) -> bool:
    if decision.parked_on is None:
        return False
    return (intent.reason, intent.parked_on) == (decision.reason, decision.parked_on)
