"""What a replay came to: counts by outcome, reason and number, and how long messages waited; two of them compared."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chalicelib.domain.intent import Intent


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one intent in a replay.

    Attributes:
        status: ``APPROVED``, ``BLOCKED``, ``DROPPED``, or ``QUEUED`` when it still waited at the end.
        reason: Why it waited first, was refused or dropped; ``None`` when it never waited.
        created_at: When it came, ms.
        instance_id: The number it would have left from.
        leaves_at: The slot, ms; 0 without one.
    """

    status: Status
    reason: str | None
    created_at: int
    instance_id: str | None = None
    leaves_at: int = 0

    @classmethod
    def of(cls, intent: Intent, earlier: Fate | None) -> Fate:
        """The fate of an intent as just decided; of several waits the first is told."""
        waited = intent.reason if intent.timeline[-1].type is not EventType.APPROVED else None
        if intent.status in {Status.APPROVED, Status.QUEUED} and earlier is not None:
            waited = earlier.reason
        leaves_at = intent.not_before if intent.status is Status.APPROVED else 0
        return cls(intent.status, waited, intent.created_at, intent.instance_id, leaves_at)

    @property
    def delay(self) -> int:
        """How long after it came it would have left, ms."""
        return self.leaves_at - self.created_at


@dataclass(frozen=True, slots=True)
class Delays:
    """How long messages waited, ms: half of them no longer than ``p50``, 95 of a hundred no longer than ``p95``."""

    p50: int = 0
    p95: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What one policy would have done.

    Attributes:
        intents: How many were asked about.
        at_once: Approved without waiting.
        waited: Approved after waiting.
        waiting: Still waiting at the end.
        blocked: Refused.
        dropped: Expired before they could leave.
        waits: How many waited first for which reason.
        refusals: How many were refused or dropped for which reason.
        numbers: How many would have left from which number, by instance id.
        delays: From being accepted to the slot, of those that would have left.
    """

    intents: int = 0
    at_once: int = 0
    waited: int = 0
    waiting: int = 0
    blocked: int = 0
    dropped: int = 0
    waits: Mapping[str, int] = field(default_factory=dict)
    refusals: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    delays: Delays = Delays()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two policies side by side.

    Attributes:
        actual: With the policy of the time.
        proposed: With the proposed one.
        added: How much later (negative: sooner) the same messages would have left, of those that leave under both, ms.
        stopped: How many leave with the policy of the time and would not with the proposed one.
        freed: The other way round.
    """

    actual: Report
    proposed: Report
    added: Delays = Delays()
    stopped: int = 0
    freed: int = 0


def report(fates: Iterable[Fate]) -> Report:
    """What became of all."""
    all_fates = list(fates)
    left = [one for one in all_fates if one.status is Status.APPROVED]
    ended = [one for one in all_fates if one.status in {Status.BLOCKED, Status.DROPPED}]
    waited = [one for one in all_fates if one.reason and one.status in {Status.APPROVED, Status.QUEUED}]
    return Report(
        intents=len(all_fates),
        at_once=sum(one.reason is None for one in left),
        waited=sum(one.reason is not None for one in left),
        waiting=sum(one.status is Status.QUEUED for one in all_fates),
        blocked=sum(one.status is Status.BLOCKED for one in ended),
        dropped=sum(one.status is Status.DROPPED for one in ended),
        waits=Counter(one.reason for one in waited if one.reason),
        refusals=Counter(one.reason for one in ended if one.reason),
        numbers=Counter(one.instance_id for one in left if one.instance_id),
        delays=delays([one.delay for one in left]),
    )


def compare(actual: Report, left: Mapping[str, int], fates: Mapping[str, Fate]) -> Comparison:
    """Two replays of the same intents.

    Args:
        actual: What the policy of the time did.
        left: When each intent left with it (``leaving``).
        fates: What becomes of each with the proposed one, by intent id.
    """
    would = leaving(fates)
    both = [(at, would[name]) for name, at in left.items() if name in would]
    return Comparison(
        actual=actual,
        proposed=report(fates.values()),
        added=delays([then - at for at, then in both if at and then]),
        stopped=sum(bool(at) and not then for at, then in both),
        freed=sum(bool(then) and not at for at, then in both),
    )


def leaving(fates: Mapping[str, Fate]) -> dict[str, int]:
    """The slot of each intent, ms, by intent id; 0 for one that does not leave."""
    return {name: one.leaves_at for name, one in fates.items()}


def delays(waits: Sequence[int]) -> Delays:
    """The median and the 95th percentile by nearest rank; zero of nothing."""
    if not waits:
        return Delays()
    ordered = sorted(waits)
    return Delays(_rank(ordered, 50), _rank(ordered, 95))


def _rank(ordered: Sequence[int], percent: int) -> int:
    return ordered[-(-len(ordered) * percent // 100) - 1]
