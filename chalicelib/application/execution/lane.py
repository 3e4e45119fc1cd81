"""One number's lane: its claimed intents, sent one after the other while the number is allowed and able to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.application.ports.provider import Message
from chalicelib.domain.attempt import back_to_gate, hand_back, settle
from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.outcome import INSTANCE_TROUBLE, FailureClass, NotSent, Sent, Unknown
from chalicelib.domain.session import sends_failed, sent_well
from chalicelib.domain.values import SECOND, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.execution.numbers import NumberChecks
    from chalicelib.application.execution.settlement import Settlement
    from chalicelib.application.instances.writer import InstanceWriter
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.execution_queue import Order
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.provider import Provider
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.instance import Provider as ProviderName
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.outcome import Outcome
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.values import Content
    from chalicelib.domain.view import View

# A provider call starts at most this long after control was read, seconds.
CONTROL_AGE = 1.0
# So many unknown outcomes in a row mean that the number is in trouble.
UNKNOWNS_IN_A_ROW = 2
# A shorter wait shows no "typing", seconds.
_SHORTEST_TYPING = 1.0
_NO_TIME = "OUT_OF_TIME"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claimed intent, the queue message that brought it, what it says and what is known of whom it is for."""

    order: Order
    intent: Intent
    content: Content | None = None
    contact: Contact | None = None

    @property
    def ready_at(self) -> int:
        """When the attempt may start, ms."""
        return max(self.intent.not_before, self.intent.retry_at)

    def obstacle(self, now: int) -> Reason | None:
        """Why the person should not get it; ``None`` when nothing speaks against it."""
        return self.contact.obstacle(self.intent.request, now) if self.contact else None

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
        work: Claimed intents in slot order.
        view: Control as last read.
        read_at: When that was, on the monotonic clock.
        next_call: Earliest start of the next call, on the monotonic clock.
        unknowns: Unknown outcomes in a row.
        trouble: Why nothing more leaves in this batch.
        settled: What became of each intent.
    """

    organization_id: str
    instance_id: str
    token: str
    work: list[Claimed]
    view: View
    read_at: float
    next_call: float = 0.0
    unknowns: int = 0
    trouble: Reason | None = None
    settled: list[tuple[Order, Intent]] = field(default_factory=list)

    @property
    def instance(self) -> Instance:
        """The number as last read."""
        return self.view.instances[self.instance_id]

    @property
    def policy(self) -> Policy:
        """The number's pacing as last read."""
        return self.view.policy(self.instance_id)


@dataclass(frozen=True, slots=True)
class LaneRunner:
    """Works a lane off.

    Attributes:
        providers: Adapter by provider name.
        views: Where control is read.
        book: Where opt-outs are read.
        numbers: Asks which numbers are on WhatsApp.
        writer: Where a number's connection is written.
        settlement: Writes outcomes.
        clock: Tells the time.
        journal: Where it is noted that something could not be written.
        send_budget: Longest time one send may take, seconds; none starts with less left.
    """

    providers: Mapping[ProviderName, Provider]
    views: GateViews
    book: ContactBook
    numbers: NumberChecks
    writer: InstanceWriter
    settlement: Settlement
    clock: Clock
    journal: Journal
    send_budget: float

    def fits(self, stop_at: float) -> bool:
        """Whether one send, however slow, still ends by ``stop_at`` on the monotonic clock."""
        return self.clock.monotonic() + self.send_budget <= stop_at

    def run(self, lane: Lane, stop_at: float) -> None:
        """Send or hand back everything in the lane.

        Args:
            lane: The lane; ``settled`` is filled.
            stop_at: No send may still run then, on the monotonic clock.
        """
        self._read_control(lane)
        if lane.trouble is None:
            lane.work = self.numbers.checked(lane.instance, lane.work)
        for claimed in lane.work:
            lane.settled.append((claimed.order, self._work(lane, claimed, stop_at)))

    def _work(self, lane: Lane, claimed: Claimed, stop_at: float) -> Intent:
        if lane.trouble is None:
            claimed = self._approach(lane, claimed)
        token, reason = lane.token, lane.trouble or claimed.obstacle(self.clock.now())
        if reason is not None:
            return self.settlement.write(claimed.intent, lambda intent, now: back_to_gate(intent, token, reason, now))
        if not self.fits(stop_at):
            return self.settlement.write(claimed.intent, lambda intent, now: hand_back(intent, token, _NO_TIME, now))
        return self._send(lane, claimed)

    def _approach(self, lane: Lane, claimed: Claimed) -> Claimed:
        """Wait for the slot and for the policy's shortest pause, and show "typing" where there is a wait anyway."""
        ready = (claimed.ready_at - self.clock.now()) / SECOND
        start = self.clock.monotonic() + max(ready, lane.next_call - self.clock.monotonic(), 0.0)
        typing = min(start - self.clock.monotonic(), lane.policy.typing / SECOND)
        self._wait_until(start - typing)
        if typing >= _SHORTEST_TYPING:
            claimed = self._look_again(lane, claimed)
            message = claimed.message()
            if message and lane.trouble is None and claimed.obstacle(self.clock.now()) is None:
                self.providers[lane.instance.provider].typing(lane.instance, message, typing)
            self._wait_until(start)
        lane.next_call = self.clock.monotonic() + lane.policy.min_interval / SECOND
        return self._look_again(lane, claimed)

    def _wait_until(self, instant: float) -> None:
        wait = instant - self.clock.monotonic()
        if wait > 0:
            self.clock.sleep(wait)

    def _look_again(self, lane: Lane, claimed: Claimed) -> Claimed:
        """Read the person's wish and the number's control again, unless both were read a moment ago."""
        if self.clock.monotonic() - lane.read_at <= CONTROL_AGE:
            self._read_control(lane)
            return claimed
        target = {claimed.intent.id: claimed.intent.request.target}
        contact = self.book.recipients(lane.organization_id, target).get(claimed.intent.id, claimed.contact)
        self._read_control(lane)
        return replace(claimed, contact=contact)

    def _read_control(self, lane: Lane) -> None:
        if self.clock.monotonic() - lane.read_at > CONTROL_AGE:
            read_at = self.clock.monotonic()
            lane.view, lane.read_at = self.views.load(lane.organization_id), read_at
        now = self.clock.now()
        paused = lane.view.organization.is_paused(now)
        lane.trouble = Reason.OPS_PAUSED if paused else lane.instance.obstacle(now)

    def _send(self, lane: Lane, claimed: Claimed) -> Intent:
        started = self.clock.monotonic()
        outcome = self._call(lane.instance, claimed)
        lane.unknowns = lane.unknowns + 1 if isinstance(outcome, Unknown) else 0
        hung = lane.unknowns > 0 and self.clock.monotonic() - started > self.send_budget / 2
        dead = isinstance(outcome, NotSent) and outcome.failure in INSTANCE_TROUBLE
        after = self.settlement.write(claimed.intent, lambda intent, now: settle(intent, lane.token, outcome, now))
        if dead or hung or lane.unknowns >= UNKNOWNS_IN_A_ROW:
            self._open_circuit(lane, outcome)
        elif isinstance(outcome, Sent) and sent_well(lane.instance, self.clock.now()) is not lane.instance:
            self._learn(lane, sent_well)
        return after

    def _call(self, instance: Instance, claimed: Claimed) -> Outcome:
        message = claimed.message()
        if message is None:
            return NotSent(FailureClass.CONTENT_INVALID, "the content is no longer stored")
        return self.providers[instance.provider].send(instance, message)

    def _open_circuit(self, lane: Lane, outcome: Outcome) -> None:
        auth = isinstance(outcome, NotSent) and outcome.failure is FailureClass.AUTH
        connection = Connection.ERROR if auth else Connection.DISCONNECTED
        cause = Cause.PROVIDER_REFUSED if auth else Cause.SENDS_FAILED
        lane.trouble = Reason.INSTANCE_DISCONNECTED
        self._learn(lane, lambda one, now: sends_failed(one, connection, cause, now))

    def _learn(self, lane: Lane, change: Callable[[Instance, int], Instance]) -> None:
        """Write down what a send told of its number. The message is settled: nothing rests on it here."""
        write = partial(self.writer.write, lane.organization_id, lane.instance_id, change)
        isolated(self.journal, "noting what a send told", write, instance_id=lane.instance_id)
