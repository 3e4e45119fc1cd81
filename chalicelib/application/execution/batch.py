"""One batch of queue messages, in stages: read and take lanes, read control, then every lane on its own."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from chalicelib.application.execution.lanes import Lanes
from chalicelib.application.execution.work import Job
from chalicelib.domain.listing import position
from chalicelib.domain.status import Status
from chalicelib.domain.values import MINUTE, SECOND
from chalicelib.domain.verdict import Dead, Go, Late, Wait, may_start, repeats_in_slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.execution.lane import LaneRunner
    from chalicelib.application.execution.latecomers import Latecomers
    from chalicelib.application.execution.opening import Opening
    from chalicelib.application.execution.work import Lane
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.execution_queue import ExecutionQueue, Order
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.leases import Leases
    from chalicelib.application.waking import Waking
    from chalicelib.domain.intent import Intent

# A message that could not be worked on comes back after this long, then later each time.
SOON = 2 * SECOND
LONGEST_AWAY = MINUTE
# A message that was received so often for no fault of its own is published anew: SQS would take it for dead at 25.
WORN = 20
# What goes back is decided a moment later: by then it is written what is wrong with its number.
DECIDED_AFTER = SECOND

_TURN = attrgetter("turn")
# What there is to do by organization and number.
_Work = dict[tuple[str, str], list[Job]]


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Which messages the queue must deliver again; everything else is done. There is no other answer."""

    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """How long this invocation may work.

    Attributes:
        remaining: Seconds until the function is stopped.
        lease_margin: How long after that a claim still counts as live, ms.
    """

    remaining: float
    lease_margin: int


@dataclass(slots=True)
class _Batch:
    """A batch on its way.

    Attributes:
        orders: Its messages.
        lanes: The lanes it holds.
        stop_at: No send may still run then, on the monotonic clock.
        known: Its intents as they were read, by id.
        back: Intents that may have to be decided anew.
        again: Messages to deliver again, and after how long (ms).
    """

    orders: Sequence[Order]
    lanes: Lanes
    stop_at: float
    known: dict[str, Intent] = field(default_factory=dict)
    back: list[Intent] = field(default_factory=list)
    again: list[tuple[Order, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Execution:
    """Carries out the approvals that a batch of queue messages names.

    Attributes:
        enabled: Whether anything is sent at all, see ``EXECUTION_QUEUE_ENABLED``; without it, messages are let go: the
            sweep publishes what still waits when it is switched on.
    """

    intents: Intents
    opening: Opening
    leases: Leases
    queue: ExecutionQueue
    runner: LaneRunner
    latecomers: Latecomers
    waking: Waking
    fan_out: FanOut
    clock: Clock
    ids: Ids
    journal: Journal
    enabled: bool = True

    def run(self, orders: Sequence[Order], budget: Budget) -> BatchResult:
        """Carry out a batch.

        Args:
            orders: The well-formed messages of the batch.
            budget: How long it may take.

        Returns:
            The messages to deliver again.
        """
        stop_at = self.clock.monotonic() + budget.remaining
        if not self.enabled:
            self.journal.note("execution is switched off", messages=len(orders))
            return BatchResult(())
        if not self.runner.fits(stop_at):
            self.journal.note("no time for one send", remaining=int(budget.remaining))
            return self._answer([(order, SOON) for order in orders])
        until = self.clock.now() + int(budget.remaining * SECOND) + budget.lease_margin
        batch = _Batch(orders, Lanes(self.leases, self.fan_out, self.clock, self.ids.token(), until), stop_at)
        try:
            self._carry_out(batch)
        finally:
            batch.lanes.release()
        self._ask_anew(batch.back)
        self._renew(batch)
        return self._answer(batch.again)

    def _carry_out(self, batch: _Batch) -> None:
        names = [order.intent_id for order in batch.orders]
        # Each message names its number: its lane is taken beside the reads, but for messages of the first version.
        batch.lanes.take(_numbers(batch.orders), [lambda: batch.known.update(self.intents.get_many(names))])
        ready, overdue = self._sort_out(batch)
        batch.lanes.take(Counter(name for work in (ready, overdue) for (_, name), jobs in work.items() for _ in jobs))
        self._leave_busy(batch, ready)
        self._leave_busy(batch, overdue)
        self.fan_out([partial(self._find_slots, batch, ready, key, late) for key, late in overdue.items()])
        opened = self.opening.open({key: sorted(jobs, key=_TURN) for key, jobs in ready.items()}, batch.lanes)
        self.fan_out([partial(self._work_off, batch, lane) for lane in opened])
        for lane in opened:
            batch.again += _unfinished(lane, self.clock.now())
            batch.back.extend(intent for _, intent in lane.settled)

    def _leave_busy(self, batch: _Batch, work: _Work) -> None:
        """Let come again what leaves from numbers whose lanes others hold."""
        for key in [key for key in work if not batch.lanes.has(key[1])]:
            batch.again.extend((job.order, _away(job.order)) for job in work.pop(key))

    def _work_off(self, batch: _Batch, lane: Lane) -> None:
        """Send what is in a lane and give it back: its number waits for no other of the batch."""
        try:
            self.runner.run(lane, batch.stop_at)
        finally:
            batch.lanes.give_back(lane.instance_id, lane.calls)
        self.runner.lessons.note_good(lane)

    def _renew(self, batch: _Batch) -> None:
        """Publish anew what was received too often; what failed at every attempt (0) is to be among the dead."""
        worn = {order.intent_id for order, delay in batch.again if delay and order.receives >= WORN}
        refused = self.queue.publish([batch.known[name] for name in sorted(worn)], self.clock.now()) if worn else ()
        renewed = worn.difference(refused)
        batch.again = [(order, delay) for order, delay in batch.again if order.intent_id not in renewed]

    def _answer(self, again: Sequence[tuple[Order, int]]) -> BatchResult:
        if again:
            self.queue.postpone(again)
        return BatchResult(tuple(order.message_id for order, _ in again))

    def _ask_anew(self, settled: list[Intent]) -> None:
        """Have those decided anew that went back to the Gate: at once, or when their back-off is over."""
        now = self.clock.now()
        by_delay: dict[int, list[Intent]] = defaultdict(list)
        for intent in sorted(settled, key=position):
            if intent.status is Status.QUEUED and intent.until is not None:
                by_delay[max(DECIDED_AFTER, intent.until - now)].append(intent)
        for delay, intents in by_delay.items():
            self.waking.intents(intents, delay)

    def _sort_out(self, batch: _Batch) -> tuple[_Work, _Work]:
        """What may start, and what comes too late for its slot."""
        now = self.clock.now()
        ready: _Work = defaultdict(list)
        overdue: _Work = defaultdict(list)
        for order in {(order.intent_id, order.approval): order for order in batch.orders}.values():
            intent = batch.known.get(order.intent_id)
            if intent is None:
                self.journal.note("message of an unknown intent", intent_id=order.intent_id)
                continue
            verdict, key = may_start(intent, order.approval, now), (intent.organization_id, str(intent.instance_id))
            if isinstance(verdict, Go):
                ready[key].append(Job(order, intent))
            elif isinstance(verdict, Late):
                overdue[key].append(Job(order, intent))
            elif isinstance(verdict, Wait):
                batch.again.append((order, verdict.until - now))
            elif isinstance(verdict, Dead):
                batch.again.append((order, 0))
        return ready, overdue

    def _find_slots(self, batch: _Batch, ready: _Work, key: tuple[str, str], late: list[Job]) -> None:
        """Give those whose slot has passed another one, the earliest first, for as long as one may still be sent."""
        for job in sorted(late, key=_TURN):
            if not self.runner.fits(batch.stop_at):
                batch.again.append((job.order, _away(job.order)))
                continue
            after = self.latecomers.move(job.intent)
            verdict = may_start(after, job.order.approval, self.clock.now())
            if isinstance(verdict, Go):
                ready[key].append(replace(job, intent=after))
            elif isinstance(verdict, Wait):
                batch.again.append((job.order, verdict.until - self.clock.now()))
            else:
                batch.back.append(after)


def _numbers(orders: Sequence[Order]) -> Counter[str]:
    """How many messages there are for each number that is named in one."""
    return Counter(order.instance_id for order in orders if order.instance_id)


def _away(order: Order) -> int:
    """How long a message stays away that was not even begun: longer each time, so that a slow send uses up none."""
    return min(SOON << min(order.receives, 10) - 1, LONGEST_AWAY)


def _unfinished(lane: Lane, now: int) -> list[tuple[Order, int]]:
    """Messages that must come back: an attempt is still to be made on the same approval."""
    put_off = [(order, due - now if due > now + SOON else _away(order)) for order, due in lane.put_off]
    return put_off + [
        (order, 0 if intent.status is Status.FAILED else max(SOON, intent.retry_at - now))
        for order, intent in lane.settled
        if _comes_again(order, intent, now)
    ]


def _comes_again(order: Order, intent: Intent, now: int) -> bool:
    """Whether a message has more to do; a doubtful send without a slot is the sweep's."""
    if isinstance(may_start(intent, order.approval, now), Dead):
        return True
    open_still = intent.status is Status.APPROVED or repeats_in_slot(intent, now)
    return open_still and intent.approval == order.approval
