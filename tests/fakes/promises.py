"""What Portaria promises of every message, looked at while time passes and when all is over."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.intent import Intent, fold
from chalicelib.domain.outcome import Failing, NotSent, Sent
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import MINUTE, SECOND
from chalicelib.domain.verdict import MAX_ATTEMPTS
from tests.fakes.life import ENDED
from tests.fakes.numbers import ORGANIZATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.domain.timeline import Event
    from tests.fakes.life import Call, Life

# Everything is found again so much later at the latest, ms.
FOUND_WITHIN = 180 * SECOND

_TERMINAL = frozenset({EventType.SENT, EventType.BLOCKED, EventType.DROPPED, EventType.FAILED})
_ANEW = frozenset({EventType.RETRIED, EventType.RESEND_AUTHORISED})


def on_the_way(life: Life) -> None:
    """Whatever is not over is in the hands of a live worker, on the queue, or waits for an instant or in a place."""
    now = life.clock.now()
    for one in life.intents.stored.values():
        if one.status is Status.SENDING:
            assert now <= one.lease_until + FOUND_WITHIN, f"P9: {one.id} is sent by nobody"
        if one.status is Status.APPROVED and now > max(one.not_before, one.retry_at) + FOUND_WITHIN:
            assert life.deliveries.holds(one), f"P3: nobody carries {one.id} out"
        assert one.status in ENDED or one.alarm, f"P15: {one.id} is forgotten"


def kept(life: Life, ends: Iterable[Status], skew: int = 0) -> None:
    """Everything that is promised, after all that was to happen has happened.

    Args:
        life: What happened.
        ends: How the intents ended, in the order in which they were handed in.
        skew: So far apart are the clocks of those who work, ms: no pace is kept more exactly.
    """
    intents = list(life.intents.stored.values())
    assert [one.status for one in intents] == list(ends)
    for intent in intents:
        _is_its_timeline(intent)
        assert intent.attempts <= MAX_ATTEMPTS, "P15"
    _is_told_truly(life.phone.log, life.intents.stored)
    _is_paced(life, skew)
    _holds_nothing(life)
    given_up = [one.id for one in intents if one.reason == Failing.RETRIES_EXHAUSTED]
    assert sorted({order.intent_id for order in life.deliveries.dead}) == sorted(given_up), "P12: dead letters"


def _is_its_timeline(intent: Intent) -> None:
    """P10: events without gaps, which make the state; one end in each epoch."""
    told = fold(Intent(intent.id, intent.organization_id, intent.request), intent.timeline)
    for name in ("status", "attempts", "approval", "generation", "instance_id", "reason", "provider_id", "alarm"):
        assert getattr(told, name) == getattr(intent, name), name
    assert [event.seq for event in intent.timeline] == list(range(1, len(intent.timeline) + 1))
    assert all(later.at >= sooner.at for sooner, later in pairwise(intent.timeline))
    *earlier, last = _epochs(intent.timeline)
    for epoch in (*earlier, last):
        ends = [kind for kind in epoch if kind in _TERMINAL]
        assert len(ends) <= 1, epoch
    assert ends, "it never ended"


def _epochs(timeline: Sequence[Event]) -> list[list[EventType]]:
    epochs: list[list[EventType]] = [[]]
    for event in timeline:
        if event.type in _ANEW:
            epochs.append([])
        epochs[-1].append(event.type)
    return epochs


def _is_told_truly(calls: Sequence[Call], stored: dict[str, Intent]) -> None:
    """P6, P7, P8: each call on a live claim of its own, and what the phone answered stands in the timeline."""
    claims = [(one.intent.id, one.intent.version) for one in calls]
    assert len(set(claims)) == len(claims), "two calls on one claim"
    for one in calls:
        assert one.intent.status is Status.SENDING
        assert one.at <= one.intent.lease_until, "P8: the claim was over"
        following = [event.type for event in stored[one.intent.id].timeline[one.intent.version :]]
        assert following[0] in _may_follow(one), f"P7: {following[0]} although the phone said {one.answer}"


def _may_follow(call: Call) -> frozenset[EventType]:
    """What may be written after a call: what the phone said, or that nobody heard it."""
    doubt = {EventType.UNCONFIRMED, EventType.DELIVERED, EventType.READ}
    if isinstance(call.answer, Sent):
        return frozenset(doubt | {EventType.SENT})
    if isinstance(call.answer, NotSent):
        return frozenset(doubt | {EventType.ATTEMPT_FAILED, EventType.FAILED})
    return frozenset(doubt)


def _is_paced(life: Life, skew: int) -> None:
    """P5, P6: the pace of each number on the wire, and nothing while all is paused."""
    by_number = defaultdict(list)
    for one in life.phone.log:
        by_number[one.instance_id].append(one.at)
        for begun, ended in life.pauses:
            assert not begun + SECOND < one.at < ended, "P6: sent in a pause"
    policy = life.organizations.organizations[ORGANIZATION].policy
    for starts in map(sorted, by_number.values()):
        in_a_minute = max(sum(start <= at < start + MINUTE - skew for at in starts) for start in starts)
        assert in_a_minute <= policy.per_minute, f"P5: {in_a_minute} in a minute"
        assert all(later - sooner >= policy.min_interval - skew for sooner, later in pairwise(starts)), "P5: too close"


def _holds_nothing(life: Life) -> None:
    """Lanes are free again, and no limit counts less than what may have been sent."""
    now = life.clock.now()
    for lease in life.leases.held(LeaseKind.LANE, life.organizations.known).values():
        assert lease.until < now, "a lane is held by nobody"
    for usage in life.organizations.usages.values():
        mine = [one for one in life.phone.log if one.instance_id == usage.instance_id]
        sent = sum(not isinstance(one.answer, NotSent) for one in mine)
        assert usage.everything.day.total >= sent, "a slot that was used was given back"
