"""Weighs the numbers that were looked at: the best that may send, or else the wait that ends first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.gate.standing import stopped_by
from chalicelib.domain.gate.timing import Slot, first_slot
from chalicelib.domain.instance import InstancePurpose
from chalicelib.domain.usage import HORIZON
from chalicelib.domain.values import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.domain.gate.situation import Situation
    from chalicelib.domain.gate.timing import Rule
    from chalicelib.domain.intent import Intent

# What carries everything is kept for what nothing else carries.
_GENERAL = InstancePurpose.MIXED
# What of several reasons is told when none of the numbers can ever send it: the one that says most.
_MOST_USEFUL = (
    Reason.NO_CONSENT,
    Reason.DUPLICATE_CONTENT,
    Reason.OUTSIDE_SERVICE_WINDOW,
    Reason.NOT_IN_GROUP,
    Reason.POLICY_BLOCKED,
    Reason.UNSUPPORTED_MESSAGE_TYPE,
    Reason.INSTANCE_BANNED,
    Reason.NO_ELIGIBLE_INSTANCE,
)
# What ends by itself or by hand, so that its intents wait for it; the first of several is told.
_RETURNING = (Reason.INSTANCE_DISCONNECTED, Reason.COOLDOWN_ACTIVE, Reason.OPS_PAUSED)


@dataclass(slots=True, eq=False)
class Candidate:
    """A number that was looked at: its first slot, or the rule that stops it."""

    situation: Situation
    stopped: Reason | None
    slot: Slot | None

    @property
    def at(self) -> int:
        """Its first slot, ms."""
        return self.slot.at if self.slot else 0

    @property
    def reason(self) -> Reason:
        """Why it cannot send at once."""
        return self.stopped or (self.slot.reason if self.slot else None) or Reason.RATE_LIMIT


def looked_at(situation: Situation, rules: Sequence[Rule]) -> Candidate:
    """The candidate that a situation makes under the rules of time that matter to what is asked."""
    stopped = stopped_by(situation)
    if stopped is not None:
        return Candidate(situation, stopped, None)
    found = first_slot(situation, rules)
    return Candidate(situation, None, found) if isinstance(found, Slot) else Candidate(situation, found, None)


def parted(candidates: Iterable[Candidate], intent: Intent, now: int) -> tuple[list[Candidate], list[Candidate]]:
    """Those whose slot is near enough to be handed out at ``now`` (ms), before the intent expires; and all others."""
    latest = min(now + HORIZON, intent.request.expires_at - 1)
    near: list[Candidate] = []
    far: list[Candidate] = []
    for one in candidates:
        (near if one.slot is not None and one.slot.at <= latest else far).append(one)
    return near, far


def best(candidates: Sequence[Candidate], contended: frozenset[str]) -> Candidate:
    """The one to send from, of those that have a slot.

    In this order: not lost to somebody else a moment ago, healthy, meant for just this, the one the recipient knows,
    the one with most room left, the one that can send first.
    """
    ranks = [_rank(candidate, contended) for candidate in candidates]
    first = min(ranks)
    equals = [candidate for candidate, rank in zip(candidates, ranks, strict=True) if rank == first]
    return equals[0] if len(equals) == 1 else min(equals, key=_load)


def _rank(candidate: Candidate, contended: frozenset[str]) -> tuple[bool, int, bool, bool]:
    """What counts before room does; the smallest is the best."""
    situation, slot = candidate.situation, candidate.slot
    instance = situation.instance
    general = instance.purpose is _GENERAL and not situation.asked.reply
    capacity = slot.limits.capacity if slot else 0
    return (instance.id in contended, -capacity, general, not situation.familiar)


def _load(candidate: Candidate) -> tuple[float, int, str]:
    """How full the fuller of hour and day is at the slot, and what tells equals apart."""
    usage, slot, name = candidate.situation.usage.everything, candidate.slot, candidate.situation.instance.id
    if slot is None:
        return (1.0, 0, name)
    at, limits = slot.at, slot.limits
    return (max(usage.hour.used(at) / limits.hour, usage.day.used(at) / limits.day), at, name)


def only_member(candidates: Sequence[Candidate]) -> str | None:
    """Id of the only number that is in a group, where the others are not: nobody else can ever serve that line."""
    members = [one for one in candidates if one.stopped is not Reason.NOT_IN_GROUP]
    return members[0].situation.instance.id if len(members) == 1 < len(candidates) else None


def first_to_send(candidates: Iterable[Candidate]) -> Candidate | None:
    """The one whose slot comes first, however far away; ``None`` when none has a slot."""
    with_slot = [one for one in candidates if one.slot is not None]
    return min(with_slot, key=lambda one: (one.at, one.situation.instance.id), default=None)


def returning(candidates: Iterable[Candidate]) -> Reason | None:
    """What has to return before one of the numbers can send; ``None`` when nothing will."""
    reasons = {candidate.stopped for candidate in candidates}
    return next((reason for reason in _RETURNING if reason in reasons), None)


def most_useful(candidates: Iterable[Candidate]) -> Reason:
    """Why none of the numbers can ever send it."""
    reasons = {candidate.stopped for candidate in candidates}
    return next((reason for reason in _MOST_USEFUL if reason in reasons), Reason.NO_ELIGIBLE_INSTANCE)
