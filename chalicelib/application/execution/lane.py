"""One number's lane: its claimed intents, sent one after the other while the number is allowed and able to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chalicelib.application.ports.provider import Message
from chalicelib.domain.attempt import back_to_gate, hand_back, settle
from chalicelib.domain.instance import FINAL, Connection
from chalicelib.domain.outcome import INSTANCE_TROUBLE, FailureClass, NotSent, Unknown
from chalicelib.domain.values import SECOND, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.execution.settlement import Settlement
    from chalicelib.application.ports.alarms import Alarms
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.directory import Directory
    from chalicelib.application.ports.execution_queue import Order
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.provider import Provider
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.instance import Provider as ProviderName
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.outcome import Outcome
    from chalicelib.domain.values import Content
    from chalicelib.domain.view import View

# A provider call starts at most this long after control was read, seconds.
CONTROL_AGE = 1.0
# So many unknown outcomes in a row mean that the number is in trouble.
UNKNOWNS_IN_A_ROW = 2
_NO_TIME = "OUT_OF_TIME"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claimed intent, the queue message that brought it, and what it says."""

    order: Order
    intent: Intent
    content: Content | None = None


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


@dataclass(frozen=True, slots=True)
class LaneRunner:
    """Works a lane off.

    Attributes:
        providers: Adapter by provider name.
        views: Where control is read.
        directory: Where a number's connection is written.
        alarms: Where a number in trouble is remembered.
        settlement: Writes outcomes.
        clock: Tells the time.
        send_budget: Longest time one send may take, seconds; none starts with less left.
    """

    providers: Mapping[ProviderName, Provider]
    views: GateViews
    directory: Directory
    alarms: Alarms
    settlement: Settlement
    clock: Clock
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
        for claimed in lane.work:
            if lane.trouble is None:
                self._pace(lane)
                self._refresh(lane)
            lane.settled.append((claimed.order, self._work(lane, claimed, stop_at)))

    def _work(self, lane: Lane, claimed: Claimed, stop_at: float) -> Intent:
        token, trouble = lane.token, lane.trouble
        if trouble is not None:
            return self.settlement.write(claimed.intent, lambda intent, now: back_to_gate(intent, token, trouble, now))
        if not self.fits(stop_at):
            return self.settlement.write(claimed.intent, lambda intent, now: hand_back(intent, token, _NO_TIME, now))
        return self._send(lane, claimed)

    def _pace(self, lane: Lane) -> None:
        """Keep the policy's shortest pause on the wire too: what comes late must not leave in a burst."""
        wait = lane.next_call - self.clock.monotonic()
        if wait > 0:
            self.clock.sleep(wait)
        lane.next_call = self.clock.monotonic() + lane.view.organization.policy.min_interval / SECOND

    def _refresh(self, lane: Lane) -> None:
        if self.clock.monotonic() - lane.read_at > CONTROL_AGE:
            read_at = self.clock.monotonic()
            lane.view, lane.read_at = self.views.load(lane.organization_id), read_at
        if lane.view.organization.paused or lane.instance.paused:
            lane.trouble = Reason.OPS_PAUSED
        elif lane.instance.lifecycle in FINAL:
            lane.trouble = Reason.NO_ELIGIBLE_INSTANCE
        elif lane.instance.connection is not Connection.CONNECTED:
            lane.trouble = Reason.INSTANCE_DISCONNECTED

    def _send(self, lane: Lane, claimed: Claimed) -> Intent:
        started = self.clock.monotonic()
        outcome = self._call(lane.instance, claimed)
        lane.unknowns = lane.unknowns + 1 if isinstance(outcome, Unknown) else 0
        hung = lane.unknowns > 0 and self.clock.monotonic() - started > self.send_budget / 2
        dead = isinstance(outcome, NotSent) and outcome.failure in INSTANCE_TROUBLE
        if dead or hung or lane.unknowns >= UNKNOWNS_IN_A_ROW:
            self._open_circuit(lane, outcome)
        return self.settlement.write(claimed.intent, lambda intent, now: settle(intent, lane.token, outcome, now))

    def _call(self, instance: Instance, claimed: Claimed) -> Outcome:
        intent = claimed.intent
        if claimed.content is None:
            return NotSent(FailureClass.CONTENT_INVALID, "the content is no longer stored")
        message = Message(intent.id, intent.generation, intent.request.target, claimed.content)
        return self.providers[instance.provider].send(instance, message)

    def _open_circuit(self, lane: Lane, outcome: Outcome) -> None:
        auth = isinstance(outcome, NotSent) and outcome.failure is FailureClass.AUTH
        connection = Connection.ERROR if auth else Connection.DISCONNECTED
        lane.trouble = Reason.INSTANCE_DISCONNECTED
        now = self.clock.now()
        self.alarms.touch_place(lane.organization_id, lane.instance_id, now)
        self.directory.put_instance(lane.instance.observed(connection, now))


def with_contents(work: list[Claimed], contents: Mapping[str, Content]) -> list[Claimed]:
    """The claimed intents with what they say."""
    return [replace(claimed, content=contents.get(claimed.intent.id)) for claimed in work]
