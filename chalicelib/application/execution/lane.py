"""One number's lane: its claimed intents, sent one after the other while the number is allowed and able to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.application.telemetry import OUTCOMES, PROVIDER_LATENCY, called
from chalicelib.domain.attempt import back_to_gate, hand_back, next_try, settle
from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.errors import ProviderUnavailable
from chalicelib.domain.outcome import INSTANCE_TROUBLE, FailureClass, NotSent, Sent, Unknown, meant
from chalicelib.domain.reachout import CONTACT_WAITS
from chalicelib.domain.sending import Tried, probing, taught
from chalicelib.domain.session import sends_failed
from chalicelib.domain.status import Status
from chalicelib.domain.values import SECOND, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.execution.numbers import NumberChecks
    from chalicelib.application.execution.settlement import Settlement
    from chalicelib.application.execution.work import Claimed, Lane
    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.application.groups import GroupBook
    from chalicelib.application.instances.writer import InstanceWriter
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.provider import Provider
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.instance import Provider as ProviderName
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.outcome import Outcome

# A provider call starts at most this long after control was read, seconds.
CONTROL_AGE = 1.0
# A reading of it that takes longer itself is made so often in all, before the message goes back to the queue.
_READINGS = 2
# So many unknown outcomes in a row mean that the number is in trouble.
UNKNOWNS_IN_A_ROW = 2
# A shorter wait shows no "typing", seconds.
_SHORTEST_TYPING = 1.0
_NO_TIME = "OUT_OF_TIME"


@dataclass(frozen=True, slots=True)
class LaneRunner:
    """Works a lane off.

    Attributes:
        providers: Adapter by provider name.
        views: Where control is read.
        book: Where opt-outs are read.
        numbers: Asks which numbers are on WhatsApp.
        groups: Asks which groups a number is in.
        writer: Where a number's connection is written.
        settlement: Writes outcomes.
        gatekeeper: Finds slots for further attempts.
        clock: Tells the time.
        journal: Where it is noted that something could not be written.
        send_budget: Longest time one send may take, seconds; none starts with less left.
    """

    providers: Mapping[ProviderName, Provider]
    views: GateViews
    book: ContactBook
    numbers: NumberChecks
    groups: GroupBook
    writer: InstanceWriter
    settlement: Settlement
    gatekeeper: Gatekeeper
    clock: Clock
    journal: Journal
    send_budget: float

    def fits(self, stop_at: float, wait: float = 0.0) -> bool:
        """Whether one send, however slow, that starts after ``wait`` s ends by ``stop_at`` on the monotonic clock."""
        return self.clock.monotonic() + wait + self.send_budget <= stop_at

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
        now, intent, token = self.clock.now(), claimed.intent, lane.token
        start, reason = lane.start_of(claimed, now), lane.obstacle(claimed, now)
        if reason is None and start > intent.not_after:
            reason = Reason.LATE_SLOT
        if reason is None and not self.fits(stop_at, (start - now) / SECOND):
            return self.settlement.write(intent, lambda one, at: hand_back(one, token, _NO_TIME, at, start))
        if reason is None:
            claimed = self._approach(lane, claimed, start)
            reason = self._keeps_from(lane, claimed)
        if reason is None:
            claimed = self._look_again(lane, claimed)
            reason = lane.obstacle(claimed, self.clock.now())
        if reason is None and not (self._is_held(claimed) and self._is_fresh(lane)):
            return self.settlement.write(intent, lambda one, at: hand_back(one, token, _NO_TIME, at))
        if reason is not None:
            told = reason
            return self.settlement.write(intent, lambda one, at: back_to_gate(one, token, told, at))
        return self._send(lane, claimed)

    def _is_fresh(self, lane: Lane) -> bool:
        return self.clock.monotonic() - lane.read_at <= CONTROL_AGE

    def _is_held(self, claimed: Claimed) -> bool:
        """Whether a send, however slow, ends before its claim does; a frozen worker wakes up when it is over."""
        return self.clock.now() + int(self.send_budget * SECOND) <= claimed.intent.lease_until

    def _keeps_from(self, lane: Lane, claimed: Claimed) -> Reason | None:
        """What keeps the number from somebody new; a lock whose time is over is tried by exactly one message."""
        intent_id, target = claimed.intent.id, claimed.intent.request.target
        if target.is_group:
            return Reason.NOT_IN_GROUP if target in lane.strangers else None
        if target not in lane.strangers:
            if not claimed.is_new_to(lane.instance_id):
                return None
            waits = claimed.contact.locked_until(lane.instance_id) if claimed.contact else 0
            if self.clock.now() >= waits:
                self._learn(lane, lambda one, now: probing(one, intent_id, now))
                if lane.instance.reachout.lets(intent_id, self.clock.now()):
                    return None
        lane.strangers.add(target)
        return Reason.REACHOUT_LOCK

    def _approach(self, lane: Lane, claimed: Claimed, start: int) -> Claimed:
        """Wait until ``start`` (ms), and show "typing" where there is a wait anyway."""
        begin = self.clock.monotonic() + max(0, start - self.clock.now()) / SECOND
        typing = min(begin - self.clock.monotonic(), lane.policy.typing / SECOND)
        self._wait_until(begin - typing)
        if typing >= _SHORTEST_TYPING:
            claimed = self._look_again(lane, claimed)
            message = claimed.message()
            if message and lane.obstacle(claimed, self.clock.now()) is None:
                self.providers[lane.instance.provider].typing(lane.instance, message, typing)
            self._wait_until(begin)
        return claimed

    def _wait_until(self, instant: float) -> None:
        wait = instant - self.clock.monotonic()
        if wait > 0:
            self.clock.sleep(wait)

    def _look_again(self, lane: Lane, claimed: Claimed) -> Claimed:
        """Read the person's wish and the number's control again, unless both were read a moment ago."""
        if self._is_fresh(lane):
            self._read_control(lane)
            return claimed
        target = {claimed.intent.id: claimed.intent.request.target}
        contact = self.book.recipients(lane.organization_id, target).get(claimed.intent.id, claimed.contact)
        self._read_control(lane)
        return replace(claimed, contact=contact)

    def _read_control(self, lane: Lane) -> None:
        for _ in range(_READINGS):
            if self._is_fresh(lane):
                break
            read_at = self.clock.monotonic()
            lane.view, lane.read_at = self.views.load(lane.organization_id), read_at
        now = self.clock.now()
        paused = lane.view.organization.is_paused(now)
        lane.trouble = Reason.OPS_PAUSED if paused else lane.instance.obstacle(now)

    def _send(self, lane: Lane, claimed: Claimed) -> Intent:
        started = self.clock.monotonic()
        lane.note_call(self.clock.now())
        outcome = self._call(lane, claimed)
        self._tell(lane, outcome, started)
        lane.unknowns = lane.unknowns + 1 if isinstance(outcome, Unknown) else 0
        hung = lane.unknowns > 0 and self.clock.monotonic() - started > self.send_budget / 2
        dead = isinstance(outcome, NotSent) and outcome.failure in INSTANCE_TROUBLE
        # The Gate may decide about a message as soon as it is settled: it must know of the number's trouble by then.
        if isinstance(outcome, NotSent):
            self._take_note(lane, claimed, outcome)
        if dead or hung or lane.unknowns >= UNKNOWNS_IN_A_ROW:
            self._open_circuit(lane, outcome)
        after = self._settle(lane, claimed.intent, outcome)
        if isinstance(outcome, Sent):
            lane.good.append(self._tried(lane, claimed))
            if lane.instance.reachout_until(self.clock.now()):
                self.note_good(lane)
        return after

    def note_good(self, lane: Lane) -> None:
        """Write down that the number sends well: at once only where a lock ends by it, else when the lane is left."""
        good, lane.good = lane.good, []

        def told(one: Instance, now: int) -> Instance:
            for tried in good:
                one = taught(one, tried, Sent(""), now)
            return one

        self._learn(lane, told)

    def _tried(self, lane: Lane, claimed: Claimed) -> Tried:
        contact_id = self.book.id_of(lane.organization_id, claimed.intent.request.target)
        return Tried(claimed.intent.id, claimed.intent.created_at, claimed.intent.attempts, contact_id)

    def _tell(self, lane: Lane, outcome: Outcome, started: float) -> None:
        told = {"provider": lane.instance.provider, "outcome": called(outcome)}
        self.journal.count(OUTCOMES, **told)
        self.journal.measure(PROVIDER_LATENCY, int((self.clock.monotonic() - started) * SECOND), **told)

    def _settle(self, lane: Lane, intent: Intent, outcome: Outcome) -> Intent:
        """Write what came of it, with the slot of the next attempt where there is to be one on this approval."""
        at = next_try(intent, outcome, self.clock.now())
        again = self.gatekeeper.slot_again(intent, at) if at is not None and lane.trouble is None else None
        return self.settlement.write(intent, lambda one, now: settle(one, lane.token, outcome, now, again))

    def _take_note(self, lane: Lane, claimed: Claimed, outcome: NotSent) -> None:
        """Write down what a failed send told of its number, and of somebody new whom it could not reach."""
        target, failure = claimed.intent.request.target, outcome.failure
        tried = self._tried(lane, claimed)
        self._learn(lane, lambda one, now: taught(one, tried, outcome, now))
        if failure is FailureClass.THROTTLED:
            lane.trouble = Reason.COOLDOWN_ACTIVE
        if failure is FailureClass.NOT_IN_GROUP:
            lane.strangers.add(target)
        if failure is FailureClass.REACHOUT_LOCK:
            lane.strangers.add(target)
            locked = methodcaller("locked", lane.instance_id, self.clock.now() + CONTACT_WAITS)
            note = partial(self.book.learn, lane.organization_id, target, (), locked)
            isolated(self.journal, "noting who cannot be reached", note, intent_id=claimed.intent.id)

    def _call(self, lane: Lane, claimed: Claimed) -> Outcome:
        message = claimed.message()
        if message is None:
            return NotSent(FailureClass.CONTENT_INVALID, "the content is no longer stored")
        outcome = self.providers[lane.instance.provider].send(lane.instance, message)
        if isinstance(outcome, NotSent) and outcome.failure is FailureClass.NOT_IN_GROUP:
            return outcome if self._is_outside(lane, claimed) else replace(outcome, failure=FailureClass.TRANSIENT)
        refused = isinstance(outcome, NotSent) and outcome.failure is FailureClass.REACHOUT_LOCK
        return meant(outcome, known=self._reached_before(lane.instance_id, claimed)) if refused else outcome

    def _is_outside(self, lane: Lane, claimed: Claimed) -> bool:
        """Whether the Gate knows now that the number is not in the group; else the same is only tried again later."""
        target = claimed.intent.request.target
        try:
            return target.is_group and self.groups.lacks(lane.instance, target.value)
        except ProviderUnavailable as error:
            self.journal.note("groups not listed", instance_id=lane.instance_id, why=str(error))
            return False

    def _reached_before(self, instance_id: str, claimed: Claimed) -> bool:
        """Whether the person was in touch with the number for certain; what is only approved has reached nobody yet.

        A group is nobody new to a number, so that a refusal there tells nothing of how it may reach people.
        """
        contact = claimed.contact
        if claimed.intent.request.target.is_group:
            return True
        if contact is None or claimed.is_new_to(instance_id):
            return False
        if instance_id in contact.inbound or instance_id in contact.outbound:
            return True
        others = [one.intent_id for one in contact.recent if one.intent_id != claimed.intent.id]
        known = self.settlement.intents.get_many(others).values()
        return any(one.status is Status.SENT and one.instance_id == instance_id for one in known)

    def _open_circuit(self, lane: Lane, outcome: Outcome) -> None:
        auth = isinstance(outcome, NotSent) and outcome.failure is FailureClass.AUTH
        connection = Connection.ERROR if auth else Connection.DISCONNECTED
        cause = Cause.PROVIDER_REFUSED if auth else Cause.SENDS_FAILED
        lane.trouble = Reason.INSTANCE_DISCONNECTED
        self.note_good(lane)
        self._learn(lane, lambda one, now: sends_failed(one, connection, cause, now))

    def _learn(self, lane: Lane, change: Callable[[Instance, int], Instance]) -> None:
        """Write down what was learned of the number, unless it is known; no message's own outcome rests on it."""

        def write() -> None:
            after = self.writer.write(lane.organization_id, lane.instance_id, change, lane.instance)
            lane.view = replace(lane.view, instances={**lane.view.instances, lane.instance_id: after})

        if change(lane.instance, self.clock.now()) is not lane.instance:
            isolated(self.journal, "noting what a send told", write, instance_id=lane.instance_id)
