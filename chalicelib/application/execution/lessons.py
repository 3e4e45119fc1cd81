"""What sends tell of their number and of whom it can reach, written down; no message's own outcome rests on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.outcome import FailureClass, NotSent, Sent
from chalicelib.domain.reachout import CONTACT_WAITS
from chalicelib.domain.sending import Tried, probing, taught
from chalicelib.domain.session import sends_failed
from chalicelib.domain.values import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.execution.work import Job, Lane
    from chalicelib.application.instances.writer import InstanceWriter
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.journal import Journal
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Lessons:
    """Writes down what is learned in a lane.

    Attributes:
        book: Where it is noted who cannot be reached.
        writer: Where a number's connection and signs are written.
        clock: Tells the time.
        journal: Where it is noted that something could not be written.
    """

    book: ContactBook
    writer: InstanceWriter
    clock: Clock
    journal: Journal

    def is_probe(self, lane: Lane, job: Job) -> bool:
        """Whether a job is the one that tries whether a lock of its number is over: the first to ask for it."""
        intent_id = job.intent.id
        self._learn(lane, lambda one, now: probing(one, intent_id, now))
        return lane.instance.reachout.lets(intent_id, self.clock.now())

    def went_well(self, lane: Lane, job: Job) -> None:
        """Remember a good send: written at once only where a lock ends by it, else when the lane is left."""
        lane.good.append(self._tried(lane, job))
        if lane.instance.reachout_until(self.clock.now()):
            self.note_good(lane)

    def note_good(self, lane: Lane) -> None:
        """Write down that the number sends well."""
        good, lane.good = lane.good, []

        def told(one: Instance, now: int) -> Instance:
            for tried in good:
                one = taught(one, tried, Sent(""), now)
            return one

        self._learn(lane, told)

    def failed(self, lane: Lane, job: Job, outcome: NotSent) -> None:
        """Write down what a refused send told of its number, and of somebody new whom it could not reach."""
        target, failure = job.intent.request.target, outcome.failure
        tried = self._tried(lane, job)
        self._learn(lane, lambda one, now: taught(one, tried, outcome, now))
        if failure is FailureClass.THROTTLED:
            lane.trouble = Reason.COOLDOWN_ACTIVE
        if failure is FailureClass.NOT_IN_GROUP:
            lane.strangers.add(target)
        if failure is FailureClass.REACHOUT_LOCK:
            lane.strangers.add(target)
            locked = methodcaller("locked", lane.instance_id, self.clock.now() + CONTACT_WAITS)
            note = partial(self.book.learn, lane.organization_id, target, (), locked)
            isolated(self.journal, "noting who cannot be reached", note, intent_id=job.intent.id)

    def open_circuit(self, lane: Lane, outcome: Outcome) -> None:
        """Let nothing more leave a number that cannot send."""
        auth = isinstance(outcome, NotSent) and outcome.failure is FailureClass.AUTH
        connection = Connection.ERROR if auth else Connection.DISCONNECTED
        cause = Cause.PROVIDER_REFUSED if auth else Cause.SENDS_FAILED
        lane.trouble = Reason.INSTANCE_DISCONNECTED
        self.note_good(lane)
        self._learn(lane, lambda one, now: sends_failed(one, connection, cause, now))

    def _tried(self, lane: Lane, job: Job) -> Tried:
        contact_id = self.book.id_of(lane.organization_id, job.intent.request.target)
        return Tried(job.intent.id, job.intent.created_at, job.intent.attempts, contact_id)

    def _learn(self, lane: Lane, change: Callable[[Instance, int], Instance]) -> None:
        """Write down what was learned of the number, unless it is known."""

        def write() -> None:
            after = self.writer.write(lane.organization_id, lane.instance_id, change, lane.instance)
            lane.view = replace(lane.view, instances={**lane.view.instances, lane.instance_id: after})

        if change(lane.instance, self.clock.now()) is not lane.instance:
            isolated(self.journal, "noting what a send told", write, instance_id=lane.instance_id)
