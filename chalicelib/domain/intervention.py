"""What people may do about a message: cancel it, have it decided once more, or say how an unknown attempt ended.

Each is a pure step of the intent; writing it on the version it was derived from decides who was first. A cancel that is
written before a claim wins, and one that comes after it is refused.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.decision import Ending
from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.outcome import Failing
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import Reason

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent

# The number of a logical send is a byte of its message id.
MOST_GENERATIONS = 255

_CANCELLABLE = frozenset({Status.PENDING, Status.QUEUED, Status.APPROVED})
_RETRIABLE = frozenset({Status.FAILED, Status.BLOCKED})
# What is refused for the message's own sake is refused again, however often the Gate is asked.
_FOR_GOOD = frozenset({Reason.UNSUPPORTED_MESSAGE_TYPE})
_TOO_OFTEN = "it was sent anew as often as one message can be; submit another message"


class Intervention(StrEnum):
    """What somebody may do about a message."""

    CANCEL = "cancel"
    RETRY = "retry"
    RESOLVE = "resolve"


class Resolution(StrEnum):
    """What somebody knows, or wants, of a message whose outcome is unknown."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    RESEND = "resend"


def interventions(intent: Intent) -> tuple[Intervention, ...]:
    """What may be done about an intent as it is."""
    possible = {
        Intervention.CANCEL: intent.status in _CANCELLABLE,
        Intervention.RETRY: _why_no_retry(intent) is None,
        Intervention.RESOLVE: intent.status is Status.UNCONFIRMED,
    }
    return tuple(one for one, may in possible.items() if may)


def cancel(intent: Intent, actor: str, why: str, now: int) -> Intent:
    """The intent that will not leave; the same object when somebody cancelled it before.

    Raises:
        TransitionRefused: It is with the provider, or may be, or it has ended.
    """
    if intent.status is Status.DROPPED and intent.reason == Ending.CANCELLED:
        return intent
    if intent.status not in _CANCELLABLE:
        hint = "; say how it ended with 'resolve'" if intent.status is Status.UNCONFIRMED else ""
        raise TransitionRefused(f"{intent.id} is {intent.status}: it can no longer be cancelled{hint}")
    return intent.record(EventType.DROPPED, now, actor, reason=Ending.CANCELLED, why=why)


def retry(intent: Intent, actor: str, why: str, expires_at: int, now: int) -> Intent:
    """The intent to be decided once more, as another logical send with another message id.

    Args:
        intent: A failed or blocked intent.
        actor: Who wants it.
        why: Why, in that person's words.
        expires_at: When it becomes worthless now, ms.
        now: The instant of asking, ms.

    Raises:
        TransitionRefused: It has not failed, a receipt says that it arrived, or the same refusal is certain.
    """
    refusal = _why_no_retry(intent)
    if refusal:
        raise TransitionRefused(f"{intent.id} {refusal}")
    return intent.record(EventType.RETRIED, now, actor, why=why, expires_at=expires_at)


def require_generation(intent: Intent, seen: int) -> None:
    """Stop whoever looked at an earlier logical send: somebody else had the message sent anew meanwhile.

    Raises:
        TransitionRefused: The intent's logical send is another one than the one ``seen``.
    """
    if intent.generation != seen:
        raise TransitionRefused(f"{intent.id} is {intent.status}: somebody had it sent anew meanwhile")


def resolve(intent: Intent, resolution: Resolution, actor: str, why: str, now: int) -> Intent:
    """The intent whose unknown outcome somebody settles, or that is to be sent anew at the risk of a second message.

    Raises:
        TransitionRefused: Its outcome is not unknown, or it cannot be sent anew: its time is over, or that was done too
            often.
    """
    if intent.status is not Status.UNCONFIRMED:
        raise TransitionRefused(f"{intent.id} is {intent.status}: only an UNCONFIRMED message can be resolved")
    if resolution is Resolution.SENT:
        return intent.record(EventType.SENT, now, actor, provider_id=None, why=why)
    if resolution is Resolution.NOT_SENT:
        return intent.record(EventType.FAILED, now, actor, reason=Failing.NOT_SENT, why=why)
    _require_resendable(intent, now)
    return intent.record(EventType.RESEND_AUTHORISED, now, actor, why=why)


def in_doubt(intent: Intent) -> bool:
    """Whether an earlier send of an intent may have arrived: nobody ever learned how it ended."""
    doubtful = False
    for event in intent.timeline:
        if event.type is EventType.UNCONFIRMED:
            doubtful = True
        elif event.data.get("reason") == Failing.NOT_SENT:
            doubtful = False
    return doubtful


def _require_resendable(intent: Intent, now: int) -> None:
    if intent.generation >= MOST_GENERATIONS:
        raise TransitionRefused(f"{intent.id} is {intent.status}: {_TOO_OFTEN}")
    if intent.expired(now):
        raise TransitionRefused(f"{intent.id} is {intent.status}, and its time is over: say 'not_sent' and retry it")


def _why_no_retry(intent: Intent) -> str | None:
    """Why an intent cannot be retried; ``None`` when it can."""
    if intent.status is Status.UNCONFIRMED:
        return "is UNCONFIRMED: say how it ended with 'resolve'"
    if intent.status not in _RETRIABLE:
        return f"is {intent.status}: only a FAILED or BLOCKED message can be retried"
    if intent.delivery is not None:
        return f"is {intent.status}, but a receipt says that it arrived"
    if intent.reason in _FOR_GOOD:
        return f"is {intent.status} with {intent.reason}, which no retry can change: submit another message"
    return f"is {intent.status}: {_TOO_OFTEN}" if intent.generation >= MOST_GENERATIONS else None
