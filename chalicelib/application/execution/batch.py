"""One batch of queue messages, in stages: read, take lanes, claim, read control, send, settle, free lanes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.execution.work import Claimed, Lane
from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.attempt import Go, Late, Wait, claim, late, may_start, repeatable
from chalicelib.domain.control import Lease
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.listing import position
from chalicelib.domain.status import Status
from chalicelib.domain.values import MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.execution.lane import LaneRunner
    from chalicelib.application.execution.settlement import Settlement
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.contents import Contents
    from chalicelib.application.ports.execution_queue import ExecutionQueue, Order
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.leases import Leases
    from chalicelib.application.waking import Waking
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content, Target
    from chalicelib.domain.view import View

# A message whose lane is busy, or whose intent just changed, comes back after this long.
SOON = 2 * SECOND
LONGEST_AWAY = MINUTE
# What is handed back is decided a moment later: by then it is written what is wrong with its number.
HAND_BACK = SECOND

_Groups = dict[tuple[str, str], list[tuple["Order", "Intent"]]]


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


@dataclass(frozen=True, slots=True)
class Execution:
    """Carries out the approvals that a batch of queue messages names."""

    intents: Intents
    contents: Contents
    views: GateViews
    book: ContactBook
    leases: Leases
    queue: ExecutionQueue
    runner: LaneRunner
    settlement: Settlement
    waking: Waking
    fan_out: FanOut
    clock: Clock
    ids: Ids
    journal: Journal

    def run(self, orders: Sequence[Order], budget: Budget) -> BatchResult:
        """Carry out a batch.

        Args:
            orders: The well-formed messages of the batch.
            budget: How long it may take.

        Returns:
            The messages to deliver again.
        """
        stop_at = self.clock.monotonic() + budget.remaining
        lease_until = self.clock.now() + int(budget.remaining * SECOND) + budget.lease_margin
        if not self.runner.fits(stop_at):
            self.journal.note("no time for one send", remaining=int(budget.remaining))
            return self._answer([(order, SOON) for order in orders])
        again: list[tuple[Order, int]] = []
        back: list[Intent] = []
        groups = self._sort_out(orders, again, back)
        token = self.ids.token()
        held = self._take_lanes(groups, token, lease_until, again)
        try:
            lanes = self._open(held, token, lease_until, again)
            self.fan_out([partial(self.runner.run, lane, stop_at) for lane in lanes])
            for lane in lanes:
                again.extend(_unfinished(lane, self.clock.now()))
                back.extend(intent for _, intent in lane.settled)
        finally:
            self.fan_out([partial(self.leases.release, LeaseKind.LANE, key[1], token) for key in held])
        self._hand_back(back)
        return self._answer(again)

    def _answer(self, again: list[tuple[Order, int]]) -> BatchResult:
        if again:
            self.queue.postpone(again)
        return BatchResult(tuple(order.message_id for order, _ in again))

    def _hand_back(self, settled: list[Intent]) -> None:
        """Have those decided anew that went back to the Gate."""
        now = self.clock.now()
        back = [intent for intent in settled if intent.status is Status.QUEUED and intent.due(now)]
        self.waking.intents(sorted(back, key=position), HAND_BACK)

    def _sort_out(self, orders: Sequence[Order], again: list[tuple[Order, int]], back: list[Intent]) -> _Groups:
        now = self.clock.now()
        known = self.intents.get_many([order.intent_id for order in orders])
        groups: _Groups = defaultdict(list)
        for order in {(order.intent_id, order.approval): order for order in orders}.values():
            intent = known.get(order.intent_id)
            if intent is None:
                self.journal.note("message of an unknown intent", intent_id=order.intent_id)
                continue
            verdict = may_start(intent, order.approval, now)
            if isinstance(verdict, Go) and intent.instance_id:
                groups[intent.organization_id, intent.instance_id].append((order, intent))
            elif isinstance(verdict, Wait):
                again.append((order, verdict.until - now))
            elif isinstance(verdict, Late):
                back.append(self.settlement.write(intent, late))
        return groups

    def _take_lanes(self, groups: _Groups, token: str, lease_until: int, again: list[tuple[Order, int]]) -> _Groups:
        now = self.clock.now()
        taken = self.fan_out(
            [
                partial(self.leases.take, LeaseKind.LANE, key[1], token, Lease(now, lease_until, len(work)))
                for key, work in groups.items()
            ]
        )
        held: _Groups = {}
        for (key, work), mine in zip(groups.items(), taken, strict=True):
            if mine:
                held[key] = sorted(work, key=lambda pair: (pair[1].not_before, pair[1].created_at))
            else:
                again.extend((order, _busy(order)) for order, _ in work)
        return held

    def _open(self, held: _Groups, token: str, lease_until: int, again: list[tuple[Order, int]]) -> list[Lane]:
        pairs = [(key, order, intent) for key, work in held.items() for order, intent in work]
        tasks: list[Callable[[], Intent | None]] = [
            partial(self._claim, intent, token, lease_until) for _, _, intent in pairs
        ]
        claims = self.fan_out(tasks)
        work: dict[tuple[str, str], list[Claimed]] = defaultdict(list)
        for (key, order, _), intent in zip(pairs, claims, strict=True):
            if intent is None:
                again.append((order, SOON))
            else:
                work[key].append(Claimed(order, intent))
        return self._with_control(work, token)

    def _with_control(self, work: dict[tuple[str, str], list[Claimed]], token: str) -> list[Lane]:
        if not work:
            return []
        read_at = self.clock.monotonic()
        views: dict[str, View] = {}
        contents: dict[str, Content] = {}
        claimed = [item.intent for items in work.values() for item in items]
        reads: list[Callable[[], None]] = [lambda: contents.update(self.contents.get_many(claimed))]
        people: dict[str, Contact] = {}
        for organization_id in {key[0] for key in work}:
            same = {one.id: one.request.target for one in claimed if one.organization_id == organization_id}
            reads.append(partial(self._read_view, views, organization_id))
            reads.append(partial(self._read_people, people, organization_id, same))
        self.fan_out(reads)
        return [
            Lane(
                organization_id, instance_id, token, _complete(items, contents, people), views[organization_id], read_at
            )
            for (organization_id, instance_id), items in work.items()
        ]

    def _read_view(self, views: dict[str, View], organization_id: str) -> None:
        views[organization_id] = self.views.load(organization_id)

    def _read_people(self, people: dict[str, Contact], organization_id: str, targets: dict[str, Target]) -> None:
        people.update(self.book.recipients(organization_id, targets))

    def _claim(self, intent: Intent, token: str, lease_until: int) -> Intent | None:
        claimed = claim(intent, token, lease_until, self.clock.now())
        try:
            self.intents.save(claimed, intent.version)
        except VersionConflict:
            return None
        return claimed


def _complete(work: list[Claimed], contents: dict[str, Content], people: dict[str, Contact]) -> list[Claimed]:
    """The claimed intents with what they say and what is known of whom they are for."""
    return [replace(one, content=contents.get(one.intent.id), contact=people.get(one.intent.id)) for one in work]


def _busy(order: Order) -> int:
    """How long to stay away from a busy lane: longer each time, so that a slow send uses up no message."""
    return min(SOON << min(order.receives, 10) - 1, LONGEST_AWAY)


def _unfinished(lane: Lane, now: int) -> list[tuple[Order, int]]:
    """Messages that must come back: an attempt is still to be made on the same approval."""
    return [
        (order, max(SOON, intent.retry_at - now))
        for order, intent in lane.settled
        if intent.status is Status.APPROVED or repeatable(intent, now)
    ]
