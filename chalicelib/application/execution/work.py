"""The work of a batch: what is to be sent, and the lane of the number that it leaves from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.application.ports.provider import Message
from chalicelib.domain.campaign import held_up
from chalicelib.domain.consent import refusal
from chalicelib.domain.limits import limits_at
from chalicelib.domain.values import SECOND, Reason

if TYPE_CHECKING:
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.execution_queue import Order
    from chalicelib.domain.calls import Calls
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.sending import Tried
    from chalicelib.domain.values import Content, Target
    from chalicelib.domain.view import View


@dataclass(frozen=True, slots=True)
class Instant:
    """When something was read, on both clocks: the monotonic one of a frozen process may stand still."""

    monotonic: float
    wall: int

    @classmethod
    def of(cls, clock: Clock) -> Instant:
        """Now."""
        return cls(clock.monotonic(), clock.now())

    def age(self, clock: Clock) -> float:
        """Seconds since then."""
        return max(clock.monotonic() - self.monotonic, (clock.now() - self.wall) / SECOND)


@dataclass(frozen=True, slots=True)
class Job:
    """An intent to send.

    Attributes:
        order: The queue message that brought it.
        intent: As stored.
        content: What it says.
        contact: What is known of whom it is for.
        asked_at: When that was read.
    """

    order: Order
    intent: Intent
    content: Content | None = None
    contact: Contact | None = None
    asked_at: Instant = Instant(0, 0)

    @property
    def turn(self) -> tuple[int, int]:
        """Sorts jobs by their slots."""
        return self.intent.not_before, self.intent.created_at

    @property
    def ready_at(self) -> int:
        """When the attempt may start, ms."""
        return max(self.intent.not_before, self.intent.retry_at)

    def obstacle(self, policy: Policy, now: int) -> Reason | None:
        """Why the person should not get it under a policy; ``None`` when nothing speaks against it."""
        return refusal(self.contact, self.intent.request, policy, now)

    def is_to_somebody_new(self, instance_id: str) -> bool:
        """Whether it is for a person who never was in touch with a number, as far as is known."""
        known = self.contact is not None and self.contact.knows(instance_id, self.intent.id)
        return not known and not self.intent.request.target.is_group

    def message(self) -> Message | None:
        """What the provider is given, for where the number check said; ``None`` when the content is gone."""
        if self.content is None:
            return None
        check = self.contact.check if self.contact else None
        intent, address = self.intent, check.address if check else None
        return Message(intent.id, intent.generation, intent.request.target, self.content, address)


@dataclass(slots=True)
class Lane:
    """The work of one number in one batch.

    Attributes:
        organization_id: Whose number.
        instance_id: The number.
        token: Fencing token of every claim in it.
        until: When its claims count as lost, ms.
        jobs: What is to be sent, in slot order.
        view: Control as last read.
        read_at: When that was.
        calls: What left the number lately, ms: in this batch and before it.
        unknowns: Unknown outcomes in a row.
        trouble: Why nothing more leaves in this batch.
        good: Sends that went well and are not written down yet as signs of the number's health.
        strangers: Who turned out in this batch to be out of the number's reach.
        settled: What became of each intent that was claimed or taken back.
        put_off: Queue messages of what was not begun, and when each is due again, ms.
    """

    organization_id: str
    instance_id: str
    token: str
    until: int
    jobs: list[Job]
    view: View
    read_at: Instant
    calls: Calls
    unknowns: int = 0
    trouble: Reason | None = None
    good: list[Tried] = field(default_factory=list)
    strangers: set[Target] = field(default_factory=set)
    settled: list[tuple[Order, Intent]] = field(default_factory=list)
    put_off: list[tuple[Order, int]] = field(default_factory=list)

    @property
    def instance(self) -> Instance:
        """The number as last read."""
        return self.view.instances[self.instance_id]

    @property
    def policy(self) -> Policy:
        """The number's pacing as last read."""
        return self.view.policy(self.instance_id)

    def start_of(self, job: Job, now: int) -> int:
        """When a call may start that is made next, ms: in its slot, and no faster than the number may send."""
        at = max(job.ready_at, now)
        return self.calls.free_at(at, limits_at(self.policy, self.instance, at).minute, self.policy.min_interval)

    def note_call(self, now: int) -> None:
        """Remember a call that starts now."""
        self.calls = self.calls.add(now)

    def obstacle(self, job: Job, now: int) -> Reason | None:
        """Why something must not leave now: its number, its campaign's stop, the person's wish, or its reach."""
        held = self.trouble or held_up(job.intent, self.view.campaigns)
        return held or job.obstacle(self.view.organization.policy, now) or self._out_of_reach(job, now)

    def _out_of_reach(self, job: Job, now: int) -> Reason | None:
        target, reachout = job.intent.request.target, self.instance.reachout
        if target in self.strangers:
            return Reason.NOT_IN_GROUP if target.is_group else Reason.REACHOUT_LOCK
        if not job.is_to_somebody_new(self.instance_id):
            return None
        waits = job.contact is not None and now < job.contact.locked_until(self.instance_id)
        locked = reachout.until(now) and not reachout.lets(job.intent.id, now)
        return Reason.REACHOUT_LOCK if waits or locked else None
