"""Asks the Gate and makes its answer true: load, decide, reserve, record, publish.

The only importer of ``domain.gate``. Capacity is reserved before a decision is recorded, so a crash may waste a slot
and never exceed a limit.
"""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.domain.decision import Approve, decided
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.gate import decide, interval_after
from chalicelib.domain.intent import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.ports.alarms import Alarms
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.execution_queue import ExecutionQueue
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.reservations import Reservations
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.usage import Usage
    from chalicelib.domain.values import Target
    from chalicelib.domain.view import View

_TRIES = 8
_FIRST_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """Decides intents, new ones and waiting ones alike."""

    views: GateViews
    book: ContactBook
    intents: Intents
    alarms: Alarms
    queue: ExecutionQueue
    reservations: Reservations
    fan_out: FanOut
    clock: Clock
    ids: Ids
    journal: Journal

    def decide(self, intents: Sequence[Intent], view: View, beside: Sequence[Callable[[], None]] = ()) -> list[Intent]:
        """Decide intents of one organization and reserve their slots; nothing is recorded yet.

        Args:
            intents: PENDING or QUEUED intents, oldest first.
            view: The organization's view as just loaded, with the recipients.
            beside: Writes that may happen side by side with the first reservation.

        Returns:
            The intents with their decision, in the order given; one that stayed contended comes back undecided.
        """
        done: dict[str, Intent] = {}
        waiting = list(intents)
        for attempt in range(_TRIES):
            if attempt:
                self.clock.sleep(self.ids.draw() * _FIRST_PAUSE * 2**attempt)
                view = replace(self.views.load(view.organization.id), recipients=view.recipients)
            ended, waiting = self._pass(waiting, view, beside if attempt == 0 else ())
            done.update((intent.id, intent) for intent in ended)
            if not waiting:
                break
        else:
            self.journal.note("gate contended", undecided=len(waiting))
        return [done.get(intent.id, intent) for intent in intents]

    def decide_again(self, intents: Sequence[Intent]) -> None:
        """Decide stored intents of one organization again, record the decisions and publish the approvals."""
        if not intents:
            return
        view = self.view(intents[0].organization_id, {intent.id: intent.request.target for intent in intents})
        outcomes = self.decide(intents, view)
        before = {intent.id: intent for intent in intents}
        changed = [intent for intent in outcomes if intent is not before[intent.id]]
        self.park(changed)
        stored = self.fan_out([partial(self._save, intent, before[intent.id].version) for intent in changed])
        lost = [intent for intent, kept in zip(changed, stored, strict=True) if not kept]
        self.withdraw(lost)
        self.announce([intent for intent, kept in zip(changed, stored, strict=True) if kept], view)

    def view(
        self, organization_id: str, intents: Mapping[str, Target], beside: Sequence[Callable[[], None]] = ()
    ) -> View:
        """What the Gate looks at.

        Args:
            organization_id: Whose intents are to be decided.
            intents: Their targets, by intent id.
            beside: Reads that may happen side by side.
        """
        views: list[View] = []
        recipients: dict[str, Contact] = {}
        self.fan_out(
            [
                lambda: views.append(self.views.load(organization_id)),
                lambda: recipients.update(self.book.recipients(organization_id, intents)),
                *beside,
            ]
        )
        return replace(views[0], recipients=recipients)

    def announce(self, recorded: Sequence[Intent], view: View) -> None:
        """Publish recorded approvals, in time to show "typing" before each. What fails here, ``sweep`` finds."""
        approved = [intent for intent in recorded if intent.status is Status.APPROVED]
        by_typing: dict[int, list[Intent]] = {}
        for intent in approved:
            by_typing.setdefault(view.policy(intent.instance_id).typing, []).append(intent)
        unpublished = [
            name for early, group in by_typing.items() for name in self.queue.publish(group, self.clock.now(), early)
        ]
        if unpublished:
            self.journal.note("approvals not published", count=len(unpublished))

    def park(self, deferred: Iterable[Intent]) -> None:
        """Make parking places known to ``sweep``, before anything is recorded as parked there."""
        places = {(intent.organization_id, intent.parked_on) for intent in deferred if intent.parked_on}
        now = self.clock.now()
        for organization_id, subject in sorted(places):
            self.alarms.touch_place(organization_id, subject, now)

    def withdraw(self, unrecorded: Iterable[Intent]) -> None:
        """Give back what was reserved for decisions that could not be recorded."""
        self.reservations.give_back(intent for intent in unrecorded if intent.status is Status.APPROVED)

    def _pass(
        self, waiting: list[Intent], view: View, beside: Sequence[Callable[[], None]]
    ) -> tuple[list[Intent], list[Intent]]:
        outcomes, usages = _decide_in_turn(waiting, view, self.clock.now())
        writes = [partial(self.views.save_usage, view.organization.id, usage) for usage in usages.values()]
        results = self.fan_out([*writes, *(partial(_run, task) for task in beside)])
        refused = {name for name, stored in zip(usages, results, strict=False) if not stored}
        kept: list[Intent] = []
        lost: list[Intent] = []
        for before, after in zip(waiting, outcomes, strict=True):
            contended = after.status is Status.APPROVED and after.instance_id in refused
            (lost if contended else kept).append(before if contended else after)
        return kept, lost

    def _save(self, intent: Intent, based_on: int) -> bool:
        try:
            self.intents.save(intent, based_on)
        except VersionConflict:
            return False
        return True


def _decide_in_turn(intents: Sequence[Intent], view: View, now: int) -> tuple[list[Intent], dict[str, Usage]]:
    """The intents decided one after the other, each on what the ones before it left, and the usages that changed."""
    outcomes: list[Intent] = []
    changed: dict[str, Usage] = {}
    current = replace(view, usages=ChainMap(changed, dict(view.usages)))
    for intent in intents:
        decision = decide(intent, current, now)
        if isinstance(decision, Approve):
            pause = interval_after(intent.id, view.policy(decision.instance_id))
            usage = current.usage(decision.instance_id)
            changed[decision.instance_id] = usage.reserve(decision.not_before, pause)
        outcomes.append(decided(intent, decision, now))
    return outcomes, changed


def _run(task: Callable[[], None]) -> bool:
    task()
    return True
