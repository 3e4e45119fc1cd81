"""A message intent: "this person should get this message", and everything that came of it.

The timeline is the state: ``apply`` is the only place where a field changes, and replaying the stored events gives
the same intent again. The version is the number of events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.batch import batch_of
from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.outcome import FailureClass
from chalicelib.domain.status import ALLOWED, Delivery, Status
from chalicelib.domain.timeline import Event, EventType
from chalicelib.domain.values import MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chalicelib.domain.request import Request
    from chalicelib.domain.values import Content

# An approval that nobody carried out by then is published again.
PUBLISH_ALARM = MINUTE
# An undecided intent is looked at again after this long.
PENDING_ALARM = 2 * SECOND


_RANK = {None: 0, Delivery.ACCEPTED: 1, Delivery.DELIVERED: 2, Delivery.READ: 3}

_HOLDING = frozenset({Status.APPROVED, Status.SENDING, Status.UNCONFIRMED, Status.SENT})


@dataclass(frozen=True, slots=True)
class Alarm:
    """When, or where, an unfinished intent is found again if everything else is lost.

    Exactly one is set: ``due`` (ms), or ``parked_on`` (the place it waits in, see ``domain/parking.py``).
    """

    due: int | None = None
    parked_on: str | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """A message intent with its state.

    Attributes:
        id: ``int_`` + ULID.
        organization_id: Whose intent it is.
        request: What was asked for.
        status: Where it is on its way.
        instance_id: The number that was chosen.
        not_before: Start of the approved slot, ms.
        not_after: End of the approved slot for a first claim, ms.
        new_contact: Whether its slot counts as one for somebody never written to from that number.
        planned: Whether its slot counts against its organization's plan.
        bound_to: The number it may not change any more: another one would only spread a lock.
        reason: Why it waits, was refused or failed.
        until: When a deferral ends, ms.
        approval: How many approvals it had; queue messages name the one they carry out.
        attempts: How many attempts counted.
        retry_at: Earliest next attempt, ms.
        generation: Which logical send this is; a safe repeat keeps it, so the wire id stays the same.
        claimed_at: When the latest attempt was claimed, ms.
        unknown_since: Claim of the first attempt whose outcome is unknown, ms; 0 when every outcome is known.
        token: Fencing token of the running attempt.
        lease_until: When the running attempt counts as lost, ms.
        provider_id: The provider's id of the message.
        delivery: How far the message came.
        alarm: Where ``sweep`` finds it again; ``None`` when nothing is left to do, or while its batch's stands for it.
        timeline: Everything that happened.
        content: What it says, when that is kept with it, as a short one is; ``None`` when it is kept apart.
    """

    id: str
    organization_id: str
    request: Request
    status: Status = Status.PENDING
    instance_id: str | None = None
    not_before: int = 0
    not_after: int = 0
    new_contact: bool = False
    planned: bool = False
    bound_to: str | None = None
    reason: str | None = None
    until: int | None = None
    approval: int = 0
    attempts: int = 0
    retry_at: int = 0
    generation: int = 0
    claimed_at: int = 0
    unknown_since: int = 0
    token: str | None = None
    lease_until: int = 0
    provider_id: str | None = None
    delivery: Delivery | None = None
    alarm: Alarm | None = None
    timeline: tuple[Event, ...] = ()
    content: Content | None = None

    @property
    def version(self) -> int:
        """Number of events; the guard of every write."""
        return len(self.timeline)

    @property
    def created_at(self) -> int:
        """When it was accepted, ms."""
        return self.timeline[0].at

    @property
    def parked_on(self) -> str | None:
        """Name of the place it waits in, if it is parked."""
        return self.alarm.parked_on if self.alarm else None

    @property
    def batch_id(self) -> str | None:
        """The batch that it was handed in with."""
        index = self.timeline[0].data.get("index")
        return None if index is None else batch_of(self.id, index)

    def due(self, now: int) -> bool:
        """Whether its alarm has gone off by ``now`` (ms)."""
        return self.alarm is not None and self.alarm.due is not None and self.alarm.due <= now

    def expired(self, now: int) -> bool:
        """Whether it has become worthless by ``now`` (ms)."""
        return now >= self.request.expires_at

    @property
    def claimed(self) -> bool:
        """Whether an attempt ever started: only then can a provider have it."""
        return self.claimed_at > 0

    @property
    def has_next_slot(self) -> bool:
        """Whether the next attempt after a failed one has a slot of its own."""
        return 0 < self.retry_at == self.not_before

    @property
    def holds_slot(self) -> bool:
        """Whether its recipient has got, or may yet get, a message on its present approval."""
        return self.status in _HOLDING

    @property
    def carriers(self) -> frozenset[str]:
        """Every number it was ever approved for."""
        return frozenset(event.data["instance_id"] for event in self.timeline if event.type is EventType.APPROVED)

    def waiting_until(self, until: int) -> Intent:
        """The intent with the end of its deferral moved to ``until`` (ms): nothing happened that would be an event."""
        return replace(self, until=until, alarm=Alarm(due=until))

    def record(self, kind: EventType, at: int, actor: str, **data: Any) -> Intent:  # noqa: ANN401 - JSON values
        """The intent after one more event.

        Raises:
            TransitionRefused: The state table has no such step from here.
        """
        if self.timeline and self.status not in ALLOWED[kind]:
            raise TransitionRefused(f"{self.id} is {self.status}: it cannot become {kind}")
        last = self.timeline[-1].at if self.timeline else at
        return apply(self, Event(self.version + 1, max(at, last), kind, actor, data))


def fold(blank: Intent, events: Iterable[Event]) -> Intent:
    """Replay stored events on an intent without history."""
    for event in events:
        blank = apply(blank, event)
    return blank


def apply(intent: Intent, event: Event) -> Intent:
    """The intent after ``event``: the one place where state changes."""
    changes = _APPLY[event.type](intent, event)
    return replace(intent, timeline=(*intent.timeline, event), **changes)


Changes = dict[str, Any]


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
    EventType.RETRIED: _anew,
    EventType.RESEND_AUTHORISED: _anew,
}
