"""The state table, and the timeline as the state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.alarm import Alarm
from chalicelib.domain.attempt import (
    claim,
    hand_back,
    lease_ran_out,
    never_confirmed,
    next_try,
    receipt,
    rescheduled,
    settle,
)
from chalicelib.domain.decision import Approve
from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.intent import Intent, fold
from chalicelib.domain.outcome import Failing, FailureClass, NotSent, Sent, Unknown
from chalicelib.domain.policy import OnUnconfirmed
from chalicelib.domain.status import ALLOWED, Delivery, Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND, Reason
from chalicelib.domain.verdict import MAX_ATTEMPTS, REPEAT_WINDOW, Dead, Done, Go, Late, Wait, may_start, repeatable
from tests.fakes.clock import NOON
from tests.fakes.views import an_intent


def approved(at: int = NOON) -> Intent:
    """An intent with a slot now."""
    return an_intent().record(
        EventType.APPROVED, at, "gate", instance_id="ins_1", not_before=at, not_after=at + 2 * MINUTE, trace=[]
    )


def sending(at: int = NOON) -> Intent:
    """An intent with a running attempt."""
    return claim(approved(at), "t1", at + MINUTE, at)


def in_slot(at: int) -> Approve:
    """Another slot."""
    return Approve("ins_1", at, at + 2 * MINUTE, ())


def a_state(status: Status) -> Intent:
    """An intent in each status, reached by allowed steps."""
    reached: dict[Status, Intent] = {
        Status.PENDING: an_intent(),
        Status.QUEUED: an_intent().record(EventType.QUEUED, NOON, "gate", **FACTS[EventType.QUEUED]),
        Status.APPROVED: approved(),
        Status.SENDING: sending(),
        Status.UNCONFIRMED: settle(sending(), "t1", Unknown("lost"), NOON),
        Status.SENT: settle(sending(), "t1", Sent("wire"), NOON),
        Status.BLOCKED: an_intent().record(EventType.BLOCKED, NOON, "gate", reason="INSTANCE_BANNED"),
        Status.FAILED: settle(sending(), "t1", NotSent(FailureClass.RECIPIENT_INVALID, "no"), NOON),
        Status.DROPPED: an_intent().record(EventType.DROPPED, NOON, "gate", reason="EXPIRED"),
    }
    assert reached[status].status is status
    return reached[status]


FACTS: dict[EventType, dict[str, Any]] = {
    EventType.QUEUED: {"reason": "OPS_PAUSED", "until": None, "parked_on": "ins_1"},
    EventType.APPROVED: {"instance_id": "ins_1", "not_before": NOON, "not_after": NOON},
    EventType.BLOCKED: {"reason": "INSTANCE_BANNED"},
    EventType.DROPPED: {"reason": "EXPIRED"},
    EventType.FAILED: {"reason": "CONTENT_INVALID"},
    EventType.CLAIMED: {"token": "t", "lease_until": NOON},
    EventType.UNCONFIRMED: {"look_at": NOON},
    EventType.RESCHEDULED: {"look_at": NOON, "not_after": NOON + MINUTE},
}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("kind", list(ALLOWED))
def test_only_the_tables_transitions_are_possible(status: Status, kind: EventType) -> None:
    """A step outside the table is how a message is sent after it was blocked, or twice."""
    intent = a_state(status)
    facts = FACTS.get(kind, {})
    if status in ALLOWED[kind]:
        assert intent.record(kind, NOON, "test", **facts).version == intent.version + 1
    else:
        with pytest.raises(TransitionRefused):
            intent.record(kind, NOON, "test", **facts)


@pytest.mark.parametrize("status", list(Status))
def test_replaying_the_timeline_gives_the_intent(status: Status) -> None:
    """What an operator reads is what is true: the timeline alone rebuilds the state, numbered without gaps."""
    intent = a_state(status)
    blank = Intent(intent.id, intent.organization_id, intent.request)
    assert fold(blank, intent.timeline) == intent
    assert [event.seq for event in intent.timeline] == list(range(1, intent.version + 1))


@given(st.lists(st.integers(-HOUR, HOUR), min_size=1, max_size=5))
def test_time_on_the_timeline_never_goes_back(shifts: list[int]) -> None:
    """A skewed clock must not make an event appear before its cause."""
    intent = an_intent()
    for shift in shifts:
        intent = intent.record(EventType.QUEUED, NOON + shift, "gate", **FACTS[EventType.QUEUED])
    instants = [event.at for event in intent.timeline]
    assert instants == sorted(instants)


def test_an_approval_is_carried_out_once() -> None:
    """A redelivered or old queue message must not start a second attempt."""
    assert isinstance(may_start(approved(), 1, NOON), Go)
    assert isinstance(may_start(approved(), 2, NOON), Done)
    assert may_start(sending(), 1, NOON) == Wait(NOON + MINUTE)
    assert isinstance(may_start(sending(), 1, NOON + MINUTE), Done)
    assert isinstance(may_start(a_state(Status.SENT), 1, NOON), Done)


def test_a_slot_has_a_beginning_and_an_end() -> None:
    """Early waits, late asks the Gate again: after an outage nothing leaves in a burst."""
    assert may_start(approved(NOON + MINUTE), 1, NOON) == Wait(NOON + MINUTE)
    assert isinstance(may_start(approved(), 1, NOON + 2 * MINUTE + 1), Late)


def test_an_unknown_outcome_is_repeated_within_its_window_only() -> None:
    """Repeating the same id is safe for a while; afterwards it could be a second message."""
    unknown = a_state(Status.UNCONFIRMED)
    assert repeatable(unknown, NOON + REPEAT_WINDOW - 1)
    assert not repeatable(unknown, NOON + REPEAT_WINDOW)
    last = rescheduled(unknown, in_slot(NOON + REPEAT_WINDOW - SECOND), NOON)
    assert isinstance(may_start(last, 1, NOON + REPEAT_WINDOW - 1), Go)
    assert isinstance(may_start(last, 1, NOON + REPEAT_WINDOW), Done)


def test_a_repeat_has_a_slot() -> None:
    """Messages that are delivered twice would be repeated as often, whatever the number may send."""
    unknown = a_state(Status.UNCONFIRMED)
    assert isinstance(may_start(unknown, 1, unknown.retry_at), Done)
    planned = rescheduled(unknown, in_slot(NOON + MINUTE), NOON)
    assert may_start(planned, 1, NOON) == Wait(NOON + MINUTE)
    assert isinstance(may_start(planned, 1, NOON + MINUTE), Go)
    assert isinstance(may_start(planned, 1, NOON + 3 * MINUTE + 1), Done)
    assert rescheduled(planned, in_slot(NOON + 2 * MINUTE), NOON) is planned


def test_a_repeat_that_fails_leaves_the_outcome_unknown() -> None:
    """The first attempt may have been sent: a failed repeat proves nothing, and no other number may take over."""
    again = claim(a_state(Status.UNCONFIRMED), "t2", NOON + HOUR, NOON + MINUTE)
    down = settle(again, "t2", NotSent(FailureClass.INSTANCE_DOWN, "gone"), NOON + MINUTE)
    assert down.status is Status.UNCONFIRMED
    assert hand_back(again, "t2", "OPS_PAUSED", NOON + MINUTE).status is Status.UNCONFIRMED


@pytest.mark.parametrize("failure", list(FailureClass))
def test_no_answer_to_a_repeat_ends_the_doubt(failure: FailureClass) -> None:
    """A "failed" after a lost answer makes an operator send by hand what may have arrived: it stays in doubt."""
    again = claim(a_state(Status.UNCONFIRMED), "t2", NOON + HOUR, NOON + MINUTE)
    after = settle(again, "t2", NotSent(failure, "no"), NOON + MINUTE)
    assert after.status is Status.UNCONFIRMED
    assert after.retry_at >= NOON + 2 * MINUTE


def test_trouble_of_the_number_burns_no_attempt() -> None:
    """A dead bridge must not use up the attempts of every message that waits for it."""
    down = settle(sending(), "t1", NotSent(FailureClass.INSTANCE_DOWN, "gone"), NOON)
    assert (down.status, down.attempts, down.reason) == (Status.QUEUED, 0, Reason.INSTANCE_DISCONNECTED)
    assert down.alarm == Alarm(due=NOON)


BUSY = NotSent(FailureClass.TRANSIENT, "busy")


def test_transient_failures_back_off_and_end() -> None:
    """Retries are spaced, bounded, and their end is said: never a loop, never silence."""
    intent, now, pauses = sending(), NOON, []
    for attempt in range(1, MAX_ATTEMPTS):
        at = next_try(intent, BUSY, now)
        assert at is not None
        intent = settle(intent, f"t{attempt}", BUSY, now, in_slot(at))
        assert (intent.status, intent.not_before, intent.has_next_slot) == (Status.APPROVED, at, True)
        pauses.append(at - now)
        now = intent.retry_at
        intent = claim(intent, f"t{attempt + 1}", now + MINUTE, now)
    assert pauses == sorted(pauses)
    assert next_try(intent, BUSY, now) is None
    intent = settle(intent, f"t{MAX_ATTEMPTS}", BUSY, now)
    assert (intent.status, intent.reason) == (Status.FAILED, Failing.RETRIES_EXHAUSTED)
    assert isinstance(may_start(intent, 1, now), Dead)


def test_a_retry_without_a_slot_waits_for_the_gate() -> None:
    """A number's limit would be exceeded by whatever has to be tried again."""
    intent = settle(sending(), "t1", replace(BUSY, retry_after=HOUR), NOON)
    assert (intent.status, intent.reason, intent.until) == (Status.QUEUED, Reason.BACK_OFF, NOON + HOUR)
    assert intent.attempts == 1


def test_a_retry_has_a_slot_that_ends_like_any_other() -> None:
    """After an outage all that had to be tried again would leave in one burst."""
    intent = settle(sending(), "t1", BUSY, NOON, in_slot(NOON + MINUTE))
    assert may_start(intent, 1, NOON) == Wait(NOON + MINUTE)
    assert isinstance(may_start(intent, 1, NOON + MINUTE), Go)
    assert isinstance(may_start(intent, 1, NOON + 3 * MINUTE + 1), Late)


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        (OnUnconfirmed.HOLD, Status.UNCONFIRMED),
        (OnUnconfirmed.FAIL, Status.FAILED),
        (OnUnconfirmed.RESEND, Status.PENDING),
    ],
)
def test_the_policy_says_what_becomes_of_a_doubt(rule: OnUnconfirmed, status: Status) -> None:
    """A shop that must never send twice, and one that must never lose a message, could not both be served."""
    unknown = a_state(Status.UNCONFIRMED)
    assert never_confirmed(unknown, rule, NOON + REPEAT_WINDOW - 1) is unknown
    after = never_confirmed(unknown, rule, NOON + REPEAT_WINDOW)
    assert (after.status, after.generation) == (status, int(rule is OnUnconfirmed.RESEND))
    expired = never_confirmed(unknown, OnUnconfirmed.HOLD, unknown.request.expires_at)
    assert (expired.status, expired.reason) == (Status.FAILED, Failing.UNCONFIRMED)


def test_a_policy_sends_anew_once() -> None:
    """A recipient would get the same message every ten minutes."""
    again = never_confirmed(a_state(Status.UNCONFIRMED), OnUnconfirmed.RESEND, NOON + REPEAT_WINDOW)
    slot = {"instance_id": "ins_1", "not_before": NOON, "not_after": NOON + HOUR, "trace": []}
    claimed = claim(again.record(EventType.APPROVED, NOON, "gate", **slot), "t2", NOON + MINUTE, NOON)
    doubtful = settle(claimed, "t2", Unknown("lost"), NOON)
    assert never_confirmed(doubtful, OnUnconfirmed.RESEND, NOON + DAY) is doubtful


def test_a_stale_settlement_changes_nothing_but_proof_counts() -> None:
    """A frozen worker that wakes up must not undo what others did, yet a message it did send must be known as sent."""
    unknown = a_state(Status.UNCONFIRMED)
    assert settle(unknown, "t1", NotSent(FailureClass.TRANSIENT, "busy"), NOON) is unknown
    assert settle(unknown, "t1", Unknown("?"), NOON) is unknown
    assert settle(unknown, "t1", Sent("wire"), NOON).status is Status.SENT
    assert settle(a_state(Status.FAILED), "t1", Sent("wire"), NOON).status is Status.SENT


@pytest.mark.parametrize("status", [Status.UNCONFIRMED, Status.FAILED])
def test_a_receipt_is_proof_of_sending(status: Status) -> None:
    """A message that was delivered is sent, whatever we believed: it must never be sent again."""
    intent = receipt(a_state(status), Delivery.DELIVERED, "wire", NOON, NOON)
    assert (intent.status, intent.delivery) == (Status.SENT, Delivery.DELIVERED)


@pytest.mark.parametrize("failure", [FailureClass.TRANSIENT, FailureClass.INSTANCE_DOWN])
def test_a_receipt_corrects_a_bridge_that_was_wrong(failure: FailureClass) -> None:
    """The bridge said "not sent", the receipt says "delivered": sending it again would be the second message."""
    waiting = settle(sending(), "t1", NotSent(failure, "no"), NOON)
    assert receipt(waiting, Delivery.DELIVERED, "wire", NOON, NOON).status is Status.SENT
    dropped = waiting.record(EventType.DROPPED, NOON, "gate", reason="EXPIRED")
    assert receipt(dropped, Delivery.DELIVERED, "wire", NOON, NOON).status is Status.SENT


def test_receipts_in_any_order_raise_the_delivery_once() -> None:
    """Providers repeat and reorder receipts: READ stays READ, and a repetition adds no line."""
    intent = receipt(a_state(Status.SENT), Delivery.READ, "wire", NOON, NOON)
    intent = receipt(intent, Delivery.DELIVERED, "wire", NOON, NOON)
    assert intent.delivery is Delivery.READ
    assert receipt(intent, Delivery.DELIVERED, "wire", NOON, NOON) is intent


def test_a_receipt_before_our_own_settlement_wins_over_its_doubt() -> None:
    """Delivered while we were still waiting for the answer: the lost answer must not make it unconfirmed."""
    early = receipt(sending(), Delivery.DELIVERED, "wire", NOON, NOON)
    assert early.status is Status.SENDING
    assert settle(early, "t1", Unknown("lost"), NOON).status is Status.SENT


def test_a_receipt_proves_what_a_vanished_worker_sent() -> None:
    """The worker died after sending, the receipt came: the message is sent, and repeating it would be noise."""
    early = receipt(sending(), Delivery.DELIVERED, "wire", NOON, NOON)
    assert lease_ran_out(early, NOON + MINUTE).status is Status.SENT
    assert lease_ran_out(sending(), NOON + MINUTE).status is Status.UNCONFIRMED
    assert lease_ran_out(sending(), NOON + MINUTE - 1).status is Status.SENDING


@pytest.mark.parametrize("status", [Status.PENDING, Status.BLOCKED, Status.DROPPED])
def test_a_receipt_for_a_message_never_sent_is_refused(status: Status) -> None:
    """A forged or confused receipt must not turn a blocked message into a sent one."""
    with pytest.raises(TransitionRefused):
        receipt(a_state(status), Delivery.DELIVERED, "wire", NOON, NOON)
