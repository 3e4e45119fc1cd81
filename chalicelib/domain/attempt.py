"""The steps of carrying out an approval: what a claim and its outcome make of the intent."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.intervention import MOST_GENERATIONS
from chalicelib.domain.outcome import Failing, FailureClass, NotSent, Sent, Unknown
from chalicelib.domain.policy import OnUnconfirmed
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import MINUTE, SECOND, Reason
from chalicelib.domain.verdict import (
    MAX_ATTEMPTS,
    NEVER_REPEATED,
    REPEAT_WINDOW,
    Late,
    may_start,
    repeatable,
    repeats_in_slot,
)

if TYPE_CHECKING:
    from chalicelib.domain.decision import Approve
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.outcome import Outcome

# How long a repeat waits that found its number paused or in trouble.
REPEAT_PAUSE = MINUTE
# How soon an unknown outcome is looked at again.
UNKNOWN_LOOK = 15 * SECOND

# What is known of an attempt whose worker was killed.
VANISHED = Unknown("the worker vanished")

# Not the message's fault: the Gate says where it waits or leaves from, and the attempt does not count.
_NUMBERS_TROUBLE = {
    FailureClass.AUTH: Reason.INSTANCE_DISCONNECTED,
    FailureClass.INSTANCE_DOWN: Reason.INSTANCE_DISCONNECTED,
    FailureClass.THROTTLED: Reason.COOLDOWN_ACTIVE,
    FailureClass.NOT_IN_GROUP: Reason.NOT_IN_GROUP,
}
# WhatsApp refused this recipient: what may have been sent before is not repeated.
_REFUSING = frozenset({FailureClass.REACHOUT_LOCK, FailureClass.TOKEN_PROBLEM, FailureClass.NOT_IN_GROUP})

_BACK_OFF = (5 * SECOND, 30 * SECOND, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE)
_ENGINE = "engine"
_PROVIDER = "provider"


def rescheduled(intent: Intent, slot: Approve, now: int) -> Intent:
    """The intent in another slot: a late approval, or a repeat that has none; the same object when it needs none."""
    overdue = intent.status is Status.APPROVED and isinstance(may_start(intent, intent.approval, now), Late)
    if not overdue and (not repeatable(intent, now) or repeats_in_slot(intent, now)):
        return intent
    why = {"reason": Reason.LATE_SLOT} if overdue else {}
    slots = {"look_at": slot.not_before, "not_after": slot.not_after}
    return intent.record(EventType.RESCHEDULED, now, _ENGINE, **why, **slots)


def claim(intent: Intent, token: str, lease_until: int, now: int) -> Intent:
    """The intent with a running attempt: written before the provider is called."""
    return intent.record(EventType.CLAIMED, now, _ENGINE, token=token, lease_until=lease_until)


def hand_back(intent: Intent, token: str, code: str, now: int) -> Intent:
    """The intent after a claim that never reached the provider: approved as before, the attempt not counted.

    A receipt that came meanwhile tells of an earlier send: then it is sent.
    """
    if not _live(intent, token):
        return intent
    if intent.delivery is not None:
        return _proven(intent, intent.provider_id, _PROVIDER, now)
    return _failed_attempt(intent, now, counted=False, code=code)


def back_to_gate(intent: Intent, token: str, reason: Reason, now: int) -> Intent:
    """The intent after a claim that never reached the provider, to be decided anew: the Gate says where it waits.

    An intent that may already be with the provider does not go back: only its own number may repeat it, later.
    """
    return _to_gate(hand_back(intent, token, reason, now), reason, now)


def withdrawn(intent: Intent, reason: Reason, now: int) -> Intent:
    """The intent of an approval that nobody has claimed, to be decided anew."""
    return _to_gate(intent, reason, now)


def _live(intent: Intent, token: str) -> bool:
    return intent.status is Status.SENDING and intent.token == token


def _failed_attempt(intent: Intent, now: int, *, counted: bool, **facts: str | int) -> Intent:
    """One more failed attempt; a doubtful send is tried again after a while, since it cannot wait at the Gate."""
    if intent.unknown_since:
        facts.setdefault("retry_at", now + REPEAT_PAUSE)
    if not counted:
        facts["counted"] = False
    return intent.record(EventType.ATTEMPT_FAILED, now, _ENGINE, **facts)


def _to_gate(intent: Intent, reason: Reason, now: int, until: int = 0) -> Intent:
    if intent.status is not Status.APPROVED:
        return intent
    return intent.record(EventType.QUEUED, now, _ENGINE, reason=reason, until=max(until, now), parked_on=None)


def next_try(intent: Intent, outcome: Outcome, now: int) -> int | None:
    """When another attempt on the same approval would be due (ms) after this outcome; ``None`` when there is none."""
    if intent.delivery is not None or isinstance(outcome, Sent):
        return None
    if isinstance(outcome, Unknown):
        safe = intent.request.content_type not in NEVER_REPEATED and intent.attempts < MAX_ATTEMPTS
        return now + UNKNOWN_LOOK if safe else None
    retried = outcome.failure is FailureClass.TRANSIENT and intent.attempts < MAX_ATTEMPTS
    if intent.unknown_since or not retried:
        return None
    return now + max(outcome.retry_after or 0, _back_off(intent))


def settle(intent: Intent, token: str, outcome: Outcome, now: int, again: Approve | None = None) -> Intent:
    """What an attempt's outcome makes of the intent.

    Args:
        intent: The intent as stored now.
        token: Fencing token of the attempt.
        outcome: What the provider's answer meant.
        now: The instant of settling, ms.
        again: The slot of the next attempt, if one was found for it. A failed attempt without one goes back to the
            Gate; an unknown one waits until the sweep finds it a slot.

    Returns:
        The intent after the outcome; the same object when a stale attempt has nothing to add. Proof of sending is
        never discarded, however late it comes.
    """
    if isinstance(outcome, Sent):
        return _proven(intent, outcome.provider_id, _ENGINE, now)
    if not _live(intent, token):
        return intent
    if isinstance(outcome, Unknown) or intent.delivery is not None:
        return _doubtful(intent, outcome.detail, now, again)
    return _not_sent(intent, outcome, now, again)


def lease_ran_out(intent: Intent, now: int, again: Approve | None = None) -> Intent:
    """The intent whose worker vanished: nobody knows how the attempt ended, unless a receipt came."""
    if intent.status is not Status.SENDING or now < intent.lease_until:
        return intent
    return _doubtful(intent, VANISHED.detail, now, again)


def never_confirmed(intent: Intent, rule: OnUnconfirmed, now: int) -> Intent:
    """The intent that stayed unconfirmed and can no longer be repeated safely, by what its policy says of that.

    Held until it expires, then failed; failed at once; or sent anew, once, at the risk of a second message.
    """
    if intent.status is not Status.UNCONFIRMED or repeatable(intent, now):
        return intent
    if intent.expired(now) or rule is OnUnconfirmed.FAIL:
        return intent.record(EventType.FAILED, now, _ENGINE, reason=Failing.UNCONFIRMED)
    resent = any(event.type is EventType.RESEND_AUTHORISED and event.actor == _ENGINE for event in intent.timeline)
    if rule is OnUnconfirmed.RESEND and not resent and intent.generation < MOST_GENERATIONS:
        return intent.record(EventType.RESEND_AUTHORISED, now, _ENGINE)
    return intent


def late(intent: Intent, now: int) -> Intent:
    """The intent back at the Gate if its slot has passed unused."""
    if isinstance(may_start(intent, intent.approval, now), Late):
        return _to_gate(intent, Reason.LATE_SLOT, now)
    return intent


def receipt(intent: Intent, delivery: Delivery, provider_id: str, provider_at: int, now: int) -> Intent:
    """The intent after a provider's receipt, in any order; a receipt seen before changes nothing.

    Raises:
        TransitionRefused: No attempt ever started: the receipt cannot be about this intent.
    """
    kind = EventType.READ if delivery is Delivery.READ else EventType.DELIVERED
    if not intent.claimed:
        raise TransitionRefused(f"{intent.id} was never sent: it cannot be {kind}")
    if any(event.type is kind for event in intent.timeline):
        return intent
    if intent.status is not Status.SENDING:
        intent = _proven(intent, provider_id, _PROVIDER, now)
    facts = {} if intent.provider_id == provider_id else {"provider_id": provider_id}
    return intent.record(kind, now, _PROVIDER, **facts, provider_at=provider_at)


def _doubtful(intent: Intent, detail: str, now: int, again: Approve | None = None) -> Intent:
    """An attempt without an answer: sent if a receipt proves it, otherwise nobody knows."""
    if intent.delivery is not None:
        return _proven(intent, intent.provider_id, _PROVIDER, now)
    look = {"look_at": again.not_before, "not_after": again.not_after} if again else {"look_at": now + UNKNOWN_LOOK}
    return intent.record(EventType.UNCONFIRMED, now, _ENGINE, detail=detail, **look)


def _proven(intent: Intent, provider_id: str | None, actor: str, now: int) -> Intent:
    if intent.status is Status.SENT:
        return intent
    return intent.record(EventType.SENT, now, actor, provider_id=provider_id)


def _not_sent(intent: Intent, outcome: NotSent, now: int, again: Approve | None) -> Intent:
    facts: dict[str, str | int] = {"code": outcome.failure, "detail": outcome.detail}
    reason = _NUMBERS_TROUBLE.get(outcome.failure)
    if intent.unknown_since:
        pause = REPEAT_WINDOW if outcome.failure in _REFUSING else REPEAT_PAUSE
        return _failed_attempt(intent, now, counted=reason is None, **facts, retry_at=now + pause)
    if reason:
        return _to_gate(_failed_attempt(intent, now, counted=False, **facts), reason, now)
    if intent.attempts < MAX_ATTEMPTS and outcome.failure is FailureClass.REACHOUT_LOCK:
        return _to_gate(_failed_attempt(intent, now, counted=True, **facts), Reason.REACHOUT_LOCK, now)
    if outcome.failure is FailureClass.TRANSIENT:
        return _tried_later(intent, outcome, now, again)
    return intent.record(EventType.FAILED, now, _ENGINE, reason=outcome.failure, detail=outcome.detail)


def _tried_later(intent: Intent, outcome: NotSent, now: int, again: Approve | None) -> Intent:
    """Approved on with a slot for the next attempt; back to the Gate without one; failed when it was the last."""
    facts: dict[str, str | int] = {"code": outcome.failure, "detail": outcome.detail}
    retry_at = next_try(intent, outcome, now)
    if retry_at is None:
        return intent.record(EventType.FAILED, now, _ENGINE, reason=Failing.RETRIES_EXHAUSTED, **facts)
    if again:
        slot = {"retry_at": again.not_before, "not_after": again.not_after}
        return _failed_attempt(intent, now, counted=True, **facts, **slot)
    return _to_gate(_failed_attempt(intent, now, counted=True, **facts), Reason.BACK_OFF, now, retry_at)


def _back_off(intent: Intent) -> int:
    base = _BACK_OFF[min(intent.attempts, len(_BACK_OFF)) - 1]
    draw = hashlib.blake2b(f"{intent.id}{intent.attempts}".encode(), digest_size=2).digest()
    return base + base * int.from_bytes(draw) // 0xFFFF // 4
