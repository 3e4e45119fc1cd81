"""What was accepted is kept: once, whole, in order, decided with a reason, and nowhere else (P1-P4, P10, P12)."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from chalicelib.domain.decision import GATE
from chalicelib.domain.listing import status_class
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import SECOND
from tests.e2e.reconciliation.evidence import by_key, followed
from tests.e2e.reconciliation.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.timeline import Event
    from tests.e2e.reconciliation.evidence import Evidence
    from tests.e2e.reconciliation.finding import Finding

ACCEPTED, OTHER_BODY = 202, 422
# How long after a crash an approval may lie unused.
RECOVERY = 180 * SECOND

_DECISIONS = frozenset({EventType.APPROVED, EventType.QUEUED, EventType.BLOCKED, EventType.DROPPED})
_ENDS = frozenset({EventType.SENT, EventType.BLOCKED, EventType.DROPPED, EventType.FAILED})
_BEGINS_EPOCH = frozenset({EventType.RETRIED, EventType.RESEND_AUTHORISED})
_ENDED = frozenset({Status.SENT, Status.BLOCKED, Status.DROPPED, Status.FAILED})
_ONCE = (EventType.DELIVERED, EventType.READ)


def accepted_once(evidence: Evidence) -> Finding:
    """P1: every id of a 2xx answer has exactly one intent with one ``accepted`` event, and there is no other intent."""

    def broken() -> Iterator[str]:
        for intent_id in evidence.accepted:
            intent = evidence.intents.get(intent_id)
            begun = 0 if intent is None else _count(intent, EventType.ACCEPTED)
            if begun != 1:
                yield f"{intent_id} was accepted by an answer and {begun} times by its timeline"
        yield from (f"{name} is in the table and in no answer" for name in evidence.intents.keys() - evidence.accepted)

    statuses = Counter(post.status for post in evidence.posts)
    return finding("P1", broken(), posts=len(evidence.posts), answers=dict(statuses), intents=len(evidence.intents))


def one_per_key(evidence: Evidence) -> Finding:
    """P2: posts with one key made one intent, which says what the post that won said; other bodies got a 422."""
    keys = by_key(evidence.posts)

    def broken() -> Iterator[str]:
        for key, posts in keys.items():
            winners = {(post.intent_id, post.text) for post in posts if post.status == ACCEPTED}
            if len(winners) != 1:
                yield f"key {key} made {len(winners)} messages"
                continue
            [(intent_id, text)] = winners
            yield from (
                f"key {key}: another body was answered with {post.status}"
                for post in posts
                if post.text != text and post.status != OTHER_BODY
            )
            if len(posts) > 1 and evidence.said.get(str(intent_id)) != text:
                yield f"key {key}: {intent_id} says what a post said that lost"

    refused = sum(post.status == OTHER_BODY for post in evidence.posts)
    each = Counter(len(posts) for posts in keys.values())
    return finding("P2", broken(), keys=len(keys), posts_per_key=dict(each), refused=refused)


def carried_out(evidence: Evidence) -> Finding:
    """P3: no approval lies unused for longer than recovery may take, but for the time it waits behind others."""
    waits: list[tuple[str, int, int]] = []
    for intent in evidence.intents.values():
        doubted = False
        for event, next_at in followed(intent, evidence.taken):
            doubted = event.type is EventType.UNCONFIRMED or (doubted and event.type is not EventType.APPROVED)
            due = None if doubted else _due(event)  # how a doubt ends is another promise
            if due is not None and next_at > due:
                waits.append((intent.id, due, next_at))
    late = [(name, next_at - due, evidence.unqueued(due, next_at)) for name, due, next_at in waits]
    crashes = Counter(one.function for one in evidence.crashes)
    broken = (f"{name}: lost for {lost / SECOND:.0f} s after its slot" for name, _, lost in late if lost > RECOVERY)
    return finding(
        "P3",
        broken,
        kills=dict(crashes),
        latest_s=max((lateness for _, lateness, _ in late), default=0) / SECOND,
        not_in_the_queue_s=max((lost for _, _, lost in late), default=0) / SECOND,
        longest_queue=max((visible for _, visible in evidence.backlog), default=0),
        decided_anew=sum(max(0, intent.approval - 1) for intent in evidence.intents.values()),
    )


def _due(event: Event) -> int | None:
    """When an approval is to be carried out that an event made, or left as it was; ``None`` for other events."""
    if event.type is EventType.APPROVED:
        return max(event.at, int(event.data["not_before"]))
    if event.type is EventType.ATTEMPT_FAILED:
        return max(event.at, int(event.data.get("retry_at", 0)))
    if event.type is EventType.RESCHEDULED and "reason" in event.data:
        return max(event.at, int(event.data["look_at"]))
    return None


def decided_with_reason(evidence: Evidence) -> Finding:
    """P4: one effective decision per version, each with a reason: for an approval, the figures it passed with."""
    told: Counter[str] = Counter()

    def broken() -> Iterator[str]:
        for intent in evidence.intents.values():
            decisions = [event for event in intent.timeline if event.type in _DECISIONS]
            for event in decisions:
                told[str(event.data.get("reason", event.type))] += 1
                explained = event.data.get("trace") if event.type is EventType.APPROVED else event.data.get("reason")
                if not explained:
                    yield f"{intent.id}: {event.type} (version {event.seq}) says no reason"
                if event.type is EventType.APPROVED and event.actor != GATE:
                    yield f"{intent.id}: approved by {event.actor}"
            yield from _approved_on_top(intent)

    cases = tuple(broken())
    return finding("P4", cases, decisions=sum(told.values()), reasons=dict(told))


def _approved_on_top(intent: Intent) -> Iterator[str]:
    open_since = 0
    for event in intent.timeline:
        if event.type is EventType.APPROVED:
            if open_since:
                yield f"{intent.id}: approved at version {open_since} and again at {event.seq}"
            open_since = event.seq
        elif event.type in _DECISIONS | _BEGINS_EPOCH:
            open_since = 0


def timeline_is_state(evidence: Evidence) -> Finding:
    """P10: events count on by one, never back in time; replayed they are what is stored and shown; they end once."""
    proofs = 0

    def broken() -> Iterator[str]:
        for intent_id, intent in evidence.intents.items():
            pairs = list(pairwise(intent.timeline))
            if [event.seq for event in intent.timeline] != list(range(1, intent.version + 1)):
                yield f"{intent_id}: its versions have gaps"
            if any(later.at < earlier.at for earlier, later in pairs):
                yield f"{intent_id}: its time goes back"
            yield from _stored_otherwise(intent, evidence.items[intent_id])
            yield from _shown_otherwise(intent, evidence.shown.get(intent_id))
            yield from _ends_twice(intent)

    for intent in evidence.intents.values():
        kinds = [event.type for event in intent.timeline]
        proofs += any(later is EventType.SENT for earlier, later in pairwise(kinds) if earlier is EventType.FAILED)
    events = Counter(event.type.value for intent in evidence.intents.values() for event in intent.timeline)
    return finding("P10", broken(), events=dict(events), sent_after_failed=proofs)


def _stored_otherwise(intent: Intent, item: Mapping[str, Any]) -> Iterator[str]:
    if item["v"] != intent.version:
        yield f"{intent.id}: stored as version {item['v']} with {intent.version} events"
    if item["st"] != status_class(intent.status):
        yield f"{intent.id}: indexed as {item['st']}, its events say {intent.status}"
    if (intent.status in _ENDED) == ("wake_pk" in item):
        yield f"{intent.id}: {intent.status} {'with' if 'wake_pk' in item else 'without'} an alarm"


def _shown_otherwise(intent: Intent, shown: Mapping[str, Any] | None) -> Iterator[str]:
    if shown is None:
        yield f"{intent.id}: not in the API's list"
        return
    folded = {
        "status": intent.status,
        "reason": intent.reason,
        "attempts": intent.attempts,
        "delivery": intent.delivery,
        "version": intent.version,
        "instance_id": intent.instance_id or intent.request.instance_id,
    }
    yield from (
        f"{intent.id}: {name} is shown as {shown[name]}, its events say {value}"
        for name, value in folded.items()
        if shown[name] != value
    )


def _ends_twice(intent: Intent) -> Iterator[str]:
    ends: list[EventType] = []
    for event in intent.timeline:
        if event.type in _BEGINS_EPOCH:
            ends.clear()
        elif event.type in _ENDS:
            ends.append(event.type)
            # Proof of sending is never discarded.
            if len(ends) > 1 and ends != [EventType.FAILED, EventType.SENT]:
                yield f"{intent.id}: ended as {' and '.join(ends)}"
    yield from (f"{intent.id}: {kind} twice" for kind in _ONCE if _count(intent, kind) > 1)


def conserved(evidence: Evidence) -> Finding:
    """P12: what was accepted is the sum over the statuses, also of what lies in queues and among the dead letters."""
    statuses = Counter(intent.status.value for intent in evidence.intents.values())

    def broken() -> Iterator[str]:
        if sum(statuses.values()) != len(evidence.accepted):
            yield f"{len(evidence.accepted)} accepted, {sum(statuses.values())} in the table"
        yield from (f"{name} is listed and not stored" for name in evidence.shown.keys() - evidence.intents.keys())
        for body in evidence.dead:
            intent = evidence.intents.get(str(body.get("intent_id")))
            if intent is not None and intent.status not in _ENDED:
                yield f"{intent.id} is {intent.status} and a dead letter"

    waiting = {name: depth.visible + depth.in_flight + depth.delayed for name, depth in evidence.queues.items()}
    arrived = sum(_count(intent, EventType.DELIVERED) > 0 for intent in evidence.intents.values())
    return finding(
        "P12",
        broken(),
        accepted=len(evidence.accepted),
        statuses=dict(statuses),
        delivered=arrived,
        in_queues={name: count for name, count in waiting.items() if count},
        dead_letters=len(evidence.dead),
    )


def _count(intent: Intent, kind: EventType) -> int:
    return sum(event.type is kind for event in intent.timeline)
