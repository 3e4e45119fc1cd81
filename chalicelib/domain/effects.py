"""What each event changes of an intent: the state is nothing but its timeline, replayed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.alarm import Alarm
from chalicelib.domain.outcome import FailureClass
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.timeline import Event

# An approval that nobody carried out by then is published again.
PUBLISH_ALARM = MINUTE
# An undecided intent is looked at again after this long.
PENDING_ALARM = 2 * SECOND

_RANK = {None: 0, Delivery.ACCEPTED: 1, Delivery.DELIVERED: 2, Delivery.READ: 3}

Changes = dict[str, Any]


def effect_of(event: Event, intent: Intent) -> Changes:
    """The fields that an event changes."""
    return _APPLY[event.type](intent, event)


def _accepted(_intent: Intent, event: Event) -> Changes:
    """Waiting for a decision; the alarm of a batch stands for all of its intents that are not decided yet."""
    alarm = None if "index" in event.data else Alarm(due=event.at + PENDING_ALARM)
    return {"status": Status.PENDING, "alarm": alarm}


def _queued(_intent: Intent, event: Event) -> Changes:
    until, parked_on = event.data.get("until"), event.data.get("parked_on")
    return {
        "status": Status.QUEUED,
        "reason": event.data["reason"],
        "until": until,
        "token": None,
        "alarm": Alarm(due=until, parked_on=parked_on),
    }


def _approved(intent: Intent, event: Event) -> Changes:
    not_before = event.data["not_before"]
    return {
        "status": Status.APPROVED,
        "instance_id": event.data["instance_id"],
        "not_before": not_before,
        "not_after": event.data["not_after"],
        "new_contact": event.data.get("new_contact", False),
        "planned": event.data.get("planned", False),
        "reason": None,
        "until": None,
        "approval": intent.approval + 1,
        "retry_at": 0,
        # However far ahead the slot is, a lost message is missed in time to be published for it.
        "alarm": Alarm(due=min(not_before + PUBLISH_ALARM, event.at + 2 * PUBLISH_ALARM)),
    }


def _claimed(intent: Intent, event: Event) -> Changes:
    return {
        "status": Status.SENDING,
        "attempts": intent.attempts + 1,
        "token": event.data["token"],
        "lease_until": event.data["lease_until"],
        "claimed_at": event.at,
    }


def _attempt_failed(intent: Intent, event: Event) -> Changes:
    locked = event.data.get("code") == FailureClass.REACHOUT_LOCK
    status = Status.UNCONFIRMED if intent.unknown_since else Status.APPROVED
    return {
        "bound_to": intent.instance_id if locked else intent.bound_to,
        "status": status,
        "attempts": intent.attempts - (0 if event.data.get("counted", True) else 1),
        "token": None,
        **_tried_again(status, event, event.data.get("retry_at", 0)),
    }


def _unconfirmed(intent: Intent, event: Event) -> Changes:
    return {
        "status": Status.UNCONFIRMED,
        "token": None,
        "unknown_since": intent.unknown_since or intent.claimed_at,
        **_tried_again(Status.UNCONFIRMED, event, event.data["look_at"]),
    }


def _rescheduled(intent: Intent, event: Event) -> Changes:
    return _tried_again(intent.status, event, event.data["look_at"])


def _tried_again(status: Status, event: Event, at: int) -> Changes:
    """When it may be tried again; a doubtful one without a slot of its own has to be given one first, by the sweep."""
    not_after = event.data.get("not_after")
    slot = {"not_before": at, "not_after": not_after} if not_after else {}
    published = status is Status.APPROVED or not_after
    return {"retry_at": at, "alarm": Alarm(due=max(at, event.at) + (PUBLISH_ALARM if published else 0)), **slot}


def _sent(intent: Intent, event: Event) -> Changes:
    return {
        "status": Status.SENT,
        "token": None,
        "reason": None,
        "until": None,
        "unknown_since": 0,
        "provider_id": event.data.get("provider_id") or intent.provider_id,
        "delivery": intent.delivery or Delivery.ACCEPTED,
        "alarm": None,
    }


def _ended(status: Status) -> Callable[[Intent, Event], Changes]:
    def change(_intent: Intent, event: Event) -> Changes:
        return {"status": status, "reason": event.data["reason"], "until": None, "token": None, "alarm": None}

    return change


def _received(delivery: Delivery) -> Callable[[Intent, Event], Changes]:
    def change(intent: Intent, event: Event) -> Changes:
        raised = delivery if _RANK[delivery] > _RANK[intent.delivery] else intent.delivery
        return {"delivery": raised, "provider_id": intent.provider_id or event.data.get("provider_id")}

    return change


def _anew(intent: Intent, event: Event) -> Changes:
    """To be decided again, as another logical send: it gets another message id, and its attempts count anew."""
    expires_at = event.data.get("expires_at", intent.request.expires_at)
    return {
        "request": replace(intent.request, expires_at=expires_at),
        "status": Status.PENDING,
        "reason": None,
        "attempts": 0,
        "retry_at": 0,
        "generation": intent.generation + 1,
        "unknown_since": 0,
        "alarm": Alarm(due=event.at + PENDING_ALARM),
    }


_APPLY: dict[EventType, Callable[[Intent, Event], Changes]] = {
    EventType.ACCEPTED: _accepted,
    EventType.QUEUED: _queued,
    EventType.APPROVED: _approved,
    EventType.BLOCKED: _ended(Status.BLOCKED),
    EventType.DROPPED: _ended(Status.DROPPED),
    EventType.CLAIMED: _claimed,
    EventType.ATTEMPT_FAILED: _attempt_failed,
    EventType.SENT: _sent,
    EventType.UNCONFIRMED: _unconfirmed,
    EventType.FAILED: _ended(Status.FAILED),
    EventType.DELIVERED: _received(Delivery.DELIVERED),
    EventType.READ: _received(Delivery.READ),
    EventType.RESCHEDULED: _rescheduled,
    EventType.RETRIED: _anew,
    EventType.RESEND_AUTHORISED: _anew,
}
