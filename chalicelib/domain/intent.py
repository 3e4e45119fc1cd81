"""A message intent: "this person should get this message", and everything that came of it.

The timeline is the state: ``apply`` is the only place where a field changes, and replaying the stored events gives
the same intent again. The version is the number of events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.alarm import Alarm
from chalicelib.domain.batch import batch_of
from chalicelib.domain.effects import effect_of
from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.status import ALLOWED, Delivery, Status
from chalicelib.domain.timeline import Event, EventType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.request import Request
    from chalicelib.domain.values import Content

_HOLDING = frozenset({Status.APPROVED, Status.SENDING, Status.UNCONFIRMED, Status.SENT})


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
    return replace(intent, timeline=(*intent.timeline, event), **effect_of(event, intent))
