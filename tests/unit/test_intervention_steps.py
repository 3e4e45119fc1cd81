"""What people may do in every status, and that no order of their steps and the engine's sends anything twice."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.attempt import claim, hand_back, lease_ran_out, receipt, settle
from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.intent import Intent, fold
from chalicelib.domain.intervention import (
    MOST_GENERATIONS,
    Intervention,
    Resolution,
    cancel,
    interventions,
    resolve,
    retry,
)
from chalicelib.domain.outcome import FailureClass, NotSent, Sent, Unknown
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, MINUTE, SECOND, Reason
from chalicelib.domain.verdict import MAX_ATTEMPTS, Go, may_start
from tests.fakes.clock import NOON
from tests.fakes.views import an_intent

if TYPE_CHECKING:
    from collections.abc import Callable

    Step = Callable[[Intent, int], Intent]

ACTOR, WHY = "operator usr_1", "asked by phone"


def _recorded(kind: EventType, **facts: object) -> Step:
    return lambda intent, now: intent.record(kind, now, "gate", **facts)


def _approved(intent: Intent, now: int) -> Intent:
    slot = {"instance_id": "ins_1", "not_before": now, "not_after": now + 2 * MINUTE}
    return intent.record(EventType.APPROVED, now, "gate", **slot)


def _claimed(intent: Intent, now: int) -> Intent:
    """A worker that has the present queue message."""
    if not isinstance(may_start(intent, intent.approval, now), Go):
        return intent
    return claim(intent, f"token-{intent.version}", now + MINUTE, now)


def _settled(outcome: Sent | NotSent | Unknown) -> Step:
    return lambda intent, now: settle(intent, intent.token or "stale", outcome, now)


def _handed_back(intent: Intent, now: int) -> Intent:
    return hand_back(intent, intent.token or "stale", "OPS_PAUSED", now)


def _retried(intent: Intent, now: int) -> Intent:
    return retry(intent, ACTOR, WHY, max(now + DAY, intent.request.expires_at), now)


def _resolved(resolution: Resolution) -> Step:
    return lambda intent, now: resolve(intent, resolution, ACTOR, WHY, now)


def _received(delivery: Delivery) -> Step:
    return lambda intent, now: receipt(intent, delivery, "wire", now, now)


STEPS: dict[str, Step] = {
    "queue": _recorded(EventType.QUEUED, reason="OPS_PAUSED", until=None, parked_on="ins_1"),
    "approve": _approved,
    "block": _recorded(EventType.BLOCKED, reason="NO_CONSENT"),
    "expire": _recorded(EventType.DROPPED, reason="EXPIRED"),
    "claim": _claimed,
    "sent": _settled(Sent("wire")),
    "unknown": _settled(Unknown("timeout")),
    "refused": _settled(NotSent(FailureClass.RECIPIENT_INVALID, "no")),
    "transient": _settled(NotSent(FailureClass.TRANSIENT, "busy")),
    "locked": _settled(NotSent(FailureClass.REACHOUT_LOCK, "463")),
    "hand_back": _handed_back,
    "lease_over": lambda intent, now: lease_ran_out(intent, max(now, intent.lease_until)),
    "delivered": _received(Delivery.DELIVERED),
    "read": _received(Delivery.READ),
    "cancel": lambda intent, now: cancel(intent, ACTOR, WHY, now),
    "retry": _retried,
    **{f"resolve_{one}": _resolved(one) for one in Resolution},
}


def walked(*names: str, begin: Intent | None = None) -> Intent:
    """An intent after these steps, a second after one another."""
    intent = begin or an_intent()
    for index, name in enumerate(names):
        intent = STEPS[name](intent, NOON + index * SECOND)
    return intent


REACHED: dict[Status, Intent] = {
    Status.PENDING: walked(),
    Status.QUEUED: walked("queue"),
    Status.APPROVED: walked("approve"),
    Status.SENDING: walked("approve", "claim"),
    Status.UNCONFIRMED: walked("approve", "claim", "unknown"),
    Status.SENT: walked("approve", "claim", "sent"),
    Status.BLOCKED: walked("block"),
    Status.FAILED: walked("approve", "claim", "refused"),
    Status.DROPPED: walked("expire"),
}
# What may be done in each status, and where that leads.
TABLE: dict[tuple[Status, str], Status] = {
    (Status.PENDING, "cancel"): Status.DROPPED,
    (Status.QUEUED, "cancel"): Status.DROPPED,
    (Status.APPROVED, "cancel"): Status.DROPPED,
    (Status.BLOCKED, "retry"): Status.PENDING,
    (Status.FAILED, "retry"): Status.PENDING,
    (Status.UNCONFIRMED, "resolve_sent"): Status.SENT,
    (Status.UNCONFIRMED, "resolve_not_sent"): Status.FAILED,
    (Status.UNCONFIRMED, "resolve_resend"): Status.PENDING,
}
ENDS = frozenset({EventType.BLOCKED, EventType.FAILED, EventType.DROPPED})
PEOPLES = ("cancel", "retry", *(f"resolve_{one}" for one in Resolution))


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("name", PEOPLES)
def test_people_can_do_what_the_table_says_and_nothing_else(status: Status, name: str) -> None:
    """What the panel offers must work, what it does not offer must be refused, and the refusal must name the status."""
    intent = REACHED[status]
    assert intent.status is status
    offered = Intervention(name.partition("_")[0]) in interventions(intent)
    assert offered is ((status, name) in TABLE)
    if offered:
        after = STEPS[name](intent, NOON + MINUTE)
        assert after.status is TABLE[status, name]
        assert (after.timeline[-1].actor, after.timeline[-1].data["why"]) == (ACTOR, WHY)
    else:
        with pytest.raises(TransitionRefused, match=f"is {status}"):
            STEPS[name](intent, NOON + MINUTE)


def test_what_is_sent_anew_is_another_message_whose_attempts_count_anew() -> None:
    """WhatsApp drops a second message under the first one's id, and an exhausted message could never be retried."""
    for name in ("retry", "resolve_resend"):
        before = REACHED[Status.FAILED if name == "retry" else Status.UNCONFIRMED]
        after = STEPS[name](before, NOON + MINUTE)
        assert (before.generation, before.attempts) == (0, 1)
        assert (after.generation, after.attempts, after.unknown_since) == (1, 0, 0)
        assert after.alarm is not None


@pytest.mark.parametrize("name", ["retry", "resolve_resend"])
def test_nothing_is_sent_anew_more_often_than_ids_can_tell(name: str) -> None:
    """The number of the send is a byte of the message's id: one more would carry the id of the first."""
    status = Status.FAILED if name == "retry" else Status.UNCONFIRMED
    intent = replace(REACHED[status], generation=MOST_GENERATIONS)
    with pytest.raises(TransitionRefused, match=f"is {status}.*submit another message"):
        STEPS[name](intent, NOON + MINUTE)
    assert Intervention.RETRY not in interventions(intent)


def test_what_no_retry_can_change_is_not_retried() -> None:
    """A button that leads to the same refusal, however often it is pressed, is a lie."""
    intent = walked().record(EventType.BLOCKED, NOON, "gate", reason=Reason.UNSUPPORTED_MESSAGE_TYPE)
    assert interventions(intent) == ()
    with pytest.raises(TransitionRefused, match="UNSUPPORTED_MESSAGE_TYPE"):
        _retried(intent, NOON)


def test_what_is_over_is_not_sent_anew() -> None:
    """Sent anew after its time it would only be dropped, and the doubt about the first send with it."""
    unknown = REACHED[Status.UNCONFIRMED]
    with pytest.raises(TransitionRefused, match="its time is over"):
        resolve(unknown, Resolution.RESEND, ACTOR, WHY, unknown.request.expires_at)


def test_a_retry_has_the_expiry_that_was_asked_for_and_keeps_everything_else() -> None:
    """The message must not be dropped at its old expiry, nor change in any other way."""
    failed = REACHED[Status.FAILED]
    longer = failed.request.expires_at + DAY
    retried = retry(failed, ACTOR, WHY, longer, NOON)
    assert retried.request == replace(failed.request, expires_at=longer)


@pytest.mark.parametrize("name", ["retry", "resolve_resend"])
@pytest.mark.parametrize("then", [(), ("queue",), ("approve",), ("approve", "claim"), ("block",), ("cancel",)])
def test_a_receipt_for_the_first_send_ends_the_second(name: str, then: tuple[str, ...]) -> None:
    """The first message arrived after all: whatever became of the second by then, no further attempt is made."""
    before = REACHED[Status.FAILED if name == "retry" else Status.UNCONFIRMED]
    intent = walked("delivered", begin=walked(name, *then, begin=before))
    assert intent.delivery is Delivery.DELIVERED
    ended = walked("hand_back", begin=intent)
    assert ended.status is Status.SENT
    assert walked("claim", begin=ended) is ended


def test_cancelling_what_is_cancelled_changes_nothing() -> None:
    """A client that asks again after a lost answer must get the same one."""
    cancelled = walked("cancel")
    assert cancel(cancelled, "operator usr_2", "me too", NOON + MINUTE) is cancelled


def test_whatever_people_and_the_engine_do_nothing_is_sent_twice_by_mistake() -> None:
    """Any order of interventions, decisions, attempts and receipts leaves a timeline that can be trusted.

    Every order is tried that leads to anything new, up to the second logical send.
    """
    fresh = {_situation(an_intent()): an_intent()}
    reached = dict(fresh)
    while fresh:
        after = [one for intent in fresh.values() for one in _ways(intent) if one.generation <= 1]
        fresh = {_situation(one): one for one in after if _situation(one) not in reached}
        reached |= fresh
        for intent in after:
            _tells_its_state(intent)
            _ends_once_in_each_epoch(intent)
            _is_not_sent_after_proof(intent)
            _offers_only_what_works(intent, intent.timeline[-1].at)
    assert {(status, generation) for status in Status for generation in range(2)} == {
        (intent.status, intent.generation) for intent in reached.values()
    }


def _situation(intent: Intent) -> tuple[object, ...]:
    """Everything that what may happen next can depend on."""
    ended = ENDS & set(_epochs(intent)[-1])
    tried = (intent.attempts, intent.claimed, intent.unknown_since > 0)
    return intent.status, intent.generation, intent.delivery, tried, frozenset(ended)


def _ways(intent: Intent) -> list[Intent]:
    """Everything that the intent can become with one step."""
    now = max(intent.timeline[-1].at, intent.retry_at) + 1
    ways = [_tried(step, intent, now) for step in STEPS.values()]
    return [after for after in ways if after is not intent]


def _tried(step: Step, intent: Intent, now: int) -> Intent:
    try:
        after = step(intent, now)
    except TransitionRefused:
        return intent
    assert after.attempts <= MAX_ATTEMPTS
    return after


def _offers_only_what_works(intent: Intent, now: int) -> None:
    works = {
        Intervention.CANCEL: partial(cancel, intent, ACTOR, WHY, now),
        Intervention.RETRY: partial(_retried, intent, now),
        Intervention.RESOLVE: partial(resolve, intent, Resolution.SENT, ACTOR, WHY, now),
    }
    for one in interventions(intent):
        assert works[one]() is not intent


def _tells_its_state(intent: Intent) -> None:
    blank = Intent(intent.id, intent.organization_id, an_intent().request)
    assert fold(blank, intent.timeline) == intent
    assert [one.seq for one in intent.timeline] == list(range(1, intent.version + 1))
    assert all(before.at <= after.at for before, after in pairwise(intent.timeline))


def _epochs(intent: Intent) -> list[list[EventType]]:
    """What happened, by logical send."""
    epochs: list[list[EventType]] = [[]]
    for one in intent.timeline:
        if one.type in {EventType.RETRIED, EventType.RESEND_AUTHORISED}:
            epochs.append([])
        epochs[-1].append(one.type)
    return epochs


def _ends_once_in_each_epoch(intent: Intent) -> None:
    epochs = _epochs(intent)
    assert intent.generation == len(epochs) - 1
    for epoch in epochs:
        ends = [kind for kind in epoch if kind in ENDS]
        assert len(ends) <= 1
        after_end = epoch[epoch.index(ends[0]) + 1 :] if ends else []
        assert set(after_end) <= {EventType.SENT, EventType.DELIVERED, EventType.READ}


def _is_not_sent_after_proof(intent: Intent) -> None:
    proofs = {EventType.SENT, EventType.DELIVERED, EventType.READ}
    kinds = [one.type for one in intent.timeline]
    first = next((index for index, kind in enumerate(kinds) if kind in proofs), len(kinds))
    assert EventType.CLAIMED not in kinds[first:]
    assert kinds.count(EventType.SENT) <= 1
    if EventType.SENT in kinds:
        assert set(kinds[kinds.index(EventType.SENT) + 1 :]) <= proofs
