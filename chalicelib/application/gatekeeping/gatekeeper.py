"""The way from a waiting intent to a recorded and published decision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.gatekeeping.looking import Looking
from chalicelib.application.gatekeeping.rescheduling import Rescheduling
from chalicelib.application.gatekeeping.reserving import Reserving
from chalicelib.application.isolation import isolated
from chalicelib.application.telemetry import DECIDED, DECISIONS, EXECUTION, NO_REASON, PUBLISH_FAILURES, SLOT_DELAY
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.gate import room
from chalicelib.domain.parking import line_in
from chalicelib.domain.status import Status
from chalicelib.domain.values import MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.gatekeeping.reserving import Beside
    from chalicelib.application.ports.alarms import Alarms
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.execution_queue import ExecutionQueue
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.reservations import Reservations
    from chalicelib.domain.decision import Approve
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Target
    from chalicelib.domain.view import View


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

    def decide(self, intents: Sequence[Intent], view: View, beside: Beside = ()) -> list[Intent]:
        """Decide intents of one organization and reserve their slots, see ``Reserving.decide``."""
        reserving = Reserving(self._looking, self.reservations, self.fan_out, self.clock, self.ids, self.journal)
        return reserving.decide(intents, view, beside)

    def decide_again(self, intents: Sequence[Intent]) -> bool:
        """Decide stored intents of one organization again, record the decisions and publish the approvals.

        Returns:
            Whether every one of them left its place: one that still finds no room in its line stays there, and asking
            about those behind it makes no sense.
        """
        if not intents:
            return True
        view = self.view(intents[0].organization_id, {intent.id: intent.request.target for intent in intents})
        outcomes = self.decide(intents, view)
        before = {intent.id: intent for intent in intents}
        changed = [intent for intent in outcomes if intent is not before[intent.id]]
        self.park(changed, view)
        stored = self.fan_out([partial(self._save, intent, before[intent.id].version) for intent in changed])
        self.withdraw(intent for intent, kept in zip(changed, stored, strict=True) if not kept)
        recorded = [intent for intent, kept in zip(changed, stored, strict=True) if kept]
        # Who waits on for its turn was told nothing new.
        self.announce([intent for intent in recorded if intent.version > before[intent.id].version], view)
        return len(changed) == len(intents)

    def slot_again(self, intent: Intent, at: int, *, unused: bool = False) -> Approve | None:
        """Another slot for an approval whose attempt failed, or that came late, see ``Rescheduling.slot``."""
        return Rescheduling(self._looking, self.fan_out, self.clock, self.ids).slot(intent, at, unused=unused)

    def room(self, view: View, place: str, most: int) -> int:
        """For how many of those in a line there is room now, ``most`` at the most."""
        return room(view, place, self.clock.now(), most)

    def view(
        self, organization_id: str, intents: Mapping[str, Target], beside: Sequence[Callable[[], None]] = ()
    ) -> View:
        """What the Gate looks at, see ``Looking.view``."""
        return self._looking.view(organization_id, intents, beside)

    def announce(self, recorded: Sequence[Intent], view: View) -> None:
        """Count recorded decisions; publish approvals, in time to show "typing". What fails here, ``sweep`` finds."""
        self._count(recorded)
        approved = [intent for intent in recorded if intent.status is Status.APPROVED]
        by_typing: dict[int, list[Intent]] = {}
        for intent in approved:
            by_typing.setdefault(view.policy(intent.instance_id).typing, []).append(intent)
        unpublished = [
            name for early, group in by_typing.items() for name in self.queue.publish(group, self.clock.now(), early)
        ]
        if unpublished:
            self.journal.note("approvals not published", count=len(unpublished))
            self.journal.count(PUBLISH_FAILURES, len(unpublished), queue=EXECUTION)

    def park(self, deferred: Iterable[Intent], view: View) -> None:
        """Make parking places known to ``sweep``, before anything is recorded as parked there."""
        now = self.clock.now()
        for place in sorted({intent.parked_on for intent in deferred if intent.parked_on}):
            # A place that somebody came to a moment ago is not forgotten before the next minute.
            if line_in(place) is None or view.lines.get(place, 0) <= now - MINUTE:
                self.alarms.touch_place(view.organization.id, place, now)

    def withdraw(self, unrecorded: Iterable[Intent]) -> None:
        """Give back what was reserved for decisions that could not be recorded, since others recorded theirs."""
        mine = [intent for intent in unrecorded if intent.status is Status.APPROVED]
        if mine:
            self.reservations.give_back(mine, stored=self.intents.get_many([intent.id for intent in mine]))

    def disown(self, unsure: Iterable[Intent]) -> None:
        """Let recipients forget what was decided for them and may not be recorded: a repetition is no duplicate then.

        The numbers' slots are forfeited: the writes that failed may have been applied.
        """
        mine = [intent for intent in unsure if intent.status is Status.APPROVED]
        isolated(self.journal, "disowning what was not recorded", partial(self._disown, mine))

    def _disown(self, mine: Sequence[Intent]) -> None:
        stored = self.intents.get_many([intent.id for intent in mine])
        self.reservations.give_back(mine, only=(), stored=stored)

    def _count(self, recorded: Iterable[Intent]) -> None:
        for intent in recorded:
            told = {"kind": intent.status, "reason": intent.reason or NO_REASON}
            if intent.status in DECIDED:
                self.journal.count(DECISIONS, **told)
            if intent.status is Status.APPROVED:
                self.journal.measure(SLOT_DELAY, intent.not_before - intent.timeline[-1].at, **told)

    @property
    def _looking(self) -> Looking:
        return Looking(self.views, self.book, self.fan_out)

    def _save(self, intent: Intent, based_on: int) -> bool:
        if intent.version == based_on and intent.until is not None:
            self.intents.rearm(intent, intent.until)
            return True
        try:
            self.intents.save(intent, based_on)
        except VersionConflict:
            return False
        return True
