"""One number's lane: its jobs one after the other, each claimed and sent while the number is allowed and able to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.application.execution.work import Instant
from chalicelib.application.telemetry import OUTCOMES, PROVIDER_LATENCY, QUEUE_WAIT, called
from chalicelib.domain.attempt import REPEAT_PAUSE, back_to_gate, claim, hand_back, next_try, settle, withdrawn
from chalicelib.domain.errors import ProviderUnavailable, VersionConflict
from chalicelib.domain.outcome import INSTANCE_TROUBLE, FailureClass, NotSent, Sent, Unknown, meant
from chalicelib.domain.status import Status
from chalicelib.domain.values import SECOND, Reason
from chalicelib.domain.verdict import Go, may_start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.execution.lessons import Lessons
    from chalicelib.application.execution.numbers import NumberChecks
    from chalicelib.application.execution.settlement import Settlement
    from chalicelib.application.execution.work import Job, Lane
    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.application.groups import GroupBook
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.provider import Provider
    from chalicelib.domain.instance import Provider as ProviderName
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.outcome import Outcome

# A provider call starts at most this long after control was read, and after the person's wish, read before it, seconds.
CONTROL_AGE, WISH_AGE = 1.0, 2.0
# Readings that take longer themselves are made so often in all, before the message goes back to the queue.
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
        intents: Where claims are written, and read what others came to.
        providers: Adapter by provider name.
        views: Where control is read.
        book: Where opt-outs are read.
        numbers: Asks which numbers are on WhatsApp.
        groups: Asks which groups a number is in.
        lessons: Writes down what sends tell of their number.
        settlement: Writes outcomes.
        gatekeeper: Finds slots for further attempts.
        clock: Tells the time.
        journal: Where it is measured what leaves.
        send_budget: Longest time one send may take, seconds; none starts with less left.
    """

    intents: Intents
    providers: Mapping[ProviderName, Provider]
    views: GateViews
    book: ContactBook
    numbers: NumberChecks
    groups: GroupBook
    lessons: Lessons
    settlement: Settlement
    gatekeeper: Gatekeeper
    clock: Clock
    journal: Journal
    send_budget: float

    def fits(self, stop_at: float, wait: float = 0.0) -> bool:
        """Whether one send, however slow, that starts after ``wait`` s ends by ``stop_at`` on the monotonic clock."""
        return self.clock.monotonic() + wait + self.send_budget <= stop_at

    def run(self, lane: Lane, stop_at: float) -> None:
        """Send, withdraw or put off every job in the lane.

        Args:
            lane: The lane; ``settled`` and ``put_off`` are filled.
            stop_at: No send may still run then, on the monotonic clock.
        """
        self._read_control(lane)
        if lane.trouble is None:
            lane.jobs = self.numbers.checked(lane.instance, lane.jobs)
        for job in lane.jobs:
            self._work(lane, job, stop_at)

    def _work(self, lane: Lane, job: Job, stop_at: float) -> None:
        now = self.clock.now()
        start, reason = lane.start_of(job, now), lane.obstacle(job, now)
        if reason is None and start > job.intent.not_after:
            reason = Reason.LATE_SLOT
        if reason is None and not self.fits(stop_at, (start - now) / SECOND):
            lane.put_off.append((job.order, start))
            return
        if reason is None:
            job = self._approach(lane, job, start)
            reason = lane.obstacle(job, self.clock.now())
        if reason is None:
            self._attempt(lane, job)
        elif job.intent.status is Status.UNCONFIRMED:
            # It may already be with the provider: only its own number may repeat it.
            lane.put_off.append((job.order, self.clock.now() + REPEAT_PAUSE))
        else:
            lane.settled.append((job.order, self._withdraw(job.intent, reason)))

    def _withdraw(self, intent: Intent, reason: Reason) -> Intent:
        """Back to the Gate unclaimed, unless somebody else did something about it first."""

        def change(stored: Intent, now: int) -> Intent:
            return withdrawn(stored, reason, now) if stored.version == intent.version else stored

        return self.settlement.write(intent, change)

    def _attempt(self, lane: Lane, job: Job) -> None:
        """Claim and send; what keeps it from being sent after that undoes the claim, and counts as no attempt."""
        in_time = isinstance(may_start(job.intent, job.order.approval, self.clock.now()), Go)
        claimed = self._claim(lane, job.intent) if in_time and self._may_call(lane, job) else None
        if claimed is None:
            lane.put_off.append((job.order, self.clock.now()))
            return
        job = self._look_again(lane, replace(job, intent=claimed))
        reason = lane.obstacle(job, self.clock.now()) or self._locked_out(lane, job)
        if reason is not None:
            told = reason
            after = self.settlement.write(claimed, lambda one, now: back_to_gate(one, lane.token, told, now))
        elif self._may_call(lane, job):
            after = self._send(lane, job)
        else:
            after = self.settlement.write(claimed, lambda one, now: hand_back(one, lane.token, _NO_TIME, now))
        lane.settled.append((job.order, after))

    def _claim(self, lane: Lane, intent: Intent) -> Intent | None:
        """The intent with an attempt that nobody else can start; ``None`` when somebody else changed it."""
        claimed = claim(intent, lane.token, lane.until, self.clock.now())
        try:
            self.intents.save(claimed, intent.version)
        except VersionConflict:
            return None
        self.journal.measure(QUEUE_WAIT, max(0, claimed.claimed_at - max(intent.not_before, intent.retry_at)))
        return claimed

    def _may_call(self, lane: Lane, job: Job) -> bool:
        """Whether all was read a moment ago, and a send, however slow, ends before the lane and its claims do."""
        return self._is_known(lane, job) and self.clock.now() + int(self.send_budget * SECOND) <= lane.until

    def _is_known(self, lane: Lane, job: Job) -> bool:
        return self._is_fresh(lane.read_at) and job.asked_at.age(self.clock) <= WISH_AGE

    def _is_fresh(self, read_at: Instant) -> bool:
        return read_at.age(self.clock) <= CONTROL_AGE

    def _locked_out(self, lane: Lane, job: Job) -> Reason | None:
        """What keeps the number from somebody new: a lock whose time is over is tried by exactly one message."""
        if not job.is_to_somebody_new(lane.instance_id) or self.lessons.is_probe(lane, job):
            return None
        return Reason.REACHOUT_LOCK

    def _approach(self, lane: Lane, job: Job, start: int) -> Job:
        """Wait until ``start`` (ms), and show "typing" where there is a wait anyway."""
        begin = self.clock.monotonic() + max(0, start - self.clock.now()) / SECOND
        typing = min(begin - self.clock.monotonic(), lane.policy.typing / SECOND)
        if typing >= _SHORTEST_TYPING:
            self._wait_until(begin - typing)
            job = self._look_again(lane, job)
            message = job.message()
            if message and lane.obstacle(job, self.clock.now()) is None:
                self.providers[lane.instance.provider].typing(lane.instance, message, typing)
        self._wait_until(begin)
        return self._look_again(lane, job)

    def _wait_until(self, instant: float) -> None:
        wait = instant - self.clock.monotonic()
        if wait > 0:
            self.clock.sleep(wait)

    def _look_again(self, lane: Lane, job: Job) -> Job:
        """Read the person's wish and the number's control again, each unless it was read a moment ago."""
        for _ in range(_READINGS):
            job = self._read_wish(lane, job)
            self._read_control(lane)
            if self._is_known(lane, job):
                break
        return job

    def _read_wish(self, lane: Lane, job: Job) -> Job:
        if self._is_fresh(job.asked_at):
            return job
        asked_at, intent = Instant.of(self.clock), job.intent
        people = self.book.recipients(lane.organization_id, {intent.id: intent.request.target})
        return replace(job, contact=people.get(intent.id, job.contact), asked_at=asked_at)

    def _read_control(self, lane: Lane) -> None:
        if not self._is_fresh(lane.read_at):
            read_at = Instant.of(self.clock)
            lane.view, lane.read_at = self.views.load(lane.organization_id), read_at
        now = self.clock.now()
        paused = lane.view.organization.is_paused(now)
        lane.trouble = Reason.OPS_PAUSED if paused else lane.instance.obstacle(now)

    def _send(self, lane: Lane, job: Job) -> Intent:
        started = self.clock.monotonic()
        lane.note_call(self.clock.now())
        outcome = self._call(lane, job)
        self._tell(lane, outcome, started)
        lane.unknowns = lane.unknowns + 1 if isinstance(outcome, Unknown) else 0
        hung = lane.unknowns > 0 and self.clock.monotonic() - started > self.send_budget / 2
        dead = isinstance(outcome, NotSent) and outcome.failure in INSTANCE_TROUBLE
        # The Gate may decide about a message as soon as it is settled: it must know of the number's trouble by then.
        if isinstance(outcome, NotSent):
            self.lessons.failed(lane, job, outcome)
        if dead or hung or lane.unknowns >= UNKNOWNS_IN_A_ROW:
            self.lessons.open_circuit(lane, outcome)
        after = self._settle(lane, job.intent, outcome)
        if isinstance(outcome, Sent):
            self.lessons.went_well(lane, job)
        return after

    def _tell(self, lane: Lane, outcome: Outcome, started: float) -> None:
        told = {"provider": lane.instance.provider, "outcome": called(outcome)}
        self.journal.count(OUTCOMES, **told)
        self.journal.measure(PROVIDER_LATENCY, int((self.clock.monotonic() - started) * SECOND), **told)

    def _settle(self, lane: Lane, intent: Intent, outcome: Outcome) -> Intent:
        """Write what came of it, with the slot of the next attempt where there is to be one on this approval."""
        at = next_try(intent, outcome, self.clock.now())
        again = self.gatekeeper.slot_again(intent, at) if at is not None and lane.trouble is None else None
        return self.settlement.write(intent, lambda one, now: settle(one, lane.token, outcome, now, again))

    def _call(self, lane: Lane, job: Job) -> Outcome:
        message = job.message()
        if message is None:
            return NotSent(FailureClass.CONTENT_INVALID, "the content is no longer stored")
        outcome = self.providers[lane.instance.provider].send(lane.instance, message)
        if isinstance(outcome, NotSent) and outcome.failure is FailureClass.NOT_IN_GROUP:
            return outcome if self._is_outside(lane, job) else replace(outcome, failure=FailureClass.TRANSIENT)
        refused = isinstance(outcome, NotSent) and outcome.failure is FailureClass.REACHOUT_LOCK
        return meant(outcome, known=self._reached_before(lane.instance_id, job)) if refused else outcome

    def _is_outside(self, lane: Lane, job: Job) -> bool:
        """Whether the Gate knows now that the number is not in the group; else the same is only tried again later."""
        target = job.intent.request.target
        try:
            return target.is_group and self.groups.lacks(lane.instance, target.value)
        except ProviderUnavailable as error:
            self.journal.note("groups not listed", instance_id=lane.instance_id, why=str(error))
            return False

    def _reached_before(self, instance_id: str, job: Job) -> bool:
        """Whether the person was in touch with the number for certain; what is only approved has reached nobody yet.

        A group is nobody new to a number, so that a refusal there tells nothing of how it may reach people.
        """
        contact = job.contact
        if job.intent.request.target.is_group:
            return True
        if contact is None or job.is_to_somebody_new(instance_id):
            return False
        if instance_id in contact.inbound or instance_id in contact.outbound:
            return True
        others = [one.intent_id for one in contact.recent if one.intent_id != job.intent.id]
        known = self.intents.get_many(others).values()
        return any(one.status is Status.SENT and one.instance_id == instance_id for one in known)
