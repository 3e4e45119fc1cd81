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

# What of several reasons is told when none of the numbers can ever send it: the one that says most.
_MOST_USEFUL = (
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

    def reachable(self, now: int) -> bool:
        """Whether its slot is near enough to be handed out at ``now`` (ms), and before the intent expires."""
        expires_at = self.situation.asked.intent.request.expires_at
        return self.slot is not None and self.slot.at <= now + HORIZON and self.slot.at < expires_at


def looked_at(situation: Situation, rules: Sequence[Rule]) -> Candidate:
    """The candidate that a situation makes under the rules of time that matter to what is asked."""
    stopped = stopped_by(situation)
    if stopped is not None:
        return Candidate(situation, stopped, None)
    found = first_slot(situation, rules)
    return Candidate(situation, None, found) if isinstance(found, Slot) else Candidate(situation, found, None)


def best(candidates: Iterable[Candidate], contended: frozenset[str]) -> Candidate:
    """The one to send from.

    In this order: not lost to somebody else a moment ago, healthy, meant for just this, the one the recipient knows,
    the one with most room left, the one that can send first.
    """
    return min(candidates, key=lambda candidate: _score(candidate, contended))


def _score(candidate: Candidate, contended: frozenset[str]) -> tuple[bool, int, bool, bool, float, int, str]:
    situation, slot = candidate.situation, candidate.slot
    asked, instance, usage = situation.asked, situation.instance, situation.usage.everything
    general = instance.purpose is InstancePurpose.MIXED and not asked.reply
    known = situation.familiar
    if slot is None:
        return (True, 0, general, not known, 1.0, 0, instance.id)
    at, limits = slot.at, slot.limits
    load = max(usage.hour.used(at) / limits.hour, usage.day.used(at) / limits.day)
    return (instance.id in contended, -limits.capacity, general, not known, load, at, instance.id)


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
