"""Works what-if questions off, a step at a time: reads what was asked for in the window and replays it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.listing import IntentFilter
from chalicelib.domain.values import SECOND
from chalicelib.domain.whatif.recorded import known_at, recorded
from chalicelib.domain.whatif.replay import idle, replayed
from chalicelib.domain.whatif.report import compare, leaving, report
from chalicelib.domain.whatif.rules import of_the_time, proposed
from chalicelib.domain.whatif.simulation import MOST_INTENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.directory import Directory
    from chalicelib.application.ports.gate_queue import GateQueue, Question
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.simulations import Simulations
    from chalicelib.domain.instance import JournalEntry
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.whatif.recorded import Recorded
    from chalicelib.domain.whatif.report import Fate
    from chalicelib.domain.whatif.rules import RulesAt
    from chalicelib.domain.whatif.simulation import Simulation

# So many intents, and then their recipients, are read at once.
_PAGE = 500
_CHANGES = 50
# A step takes most of an invocation: with less than this part of one left, it waits for the next.
_MOST_OF_IT = 2 / 3
# How long after an invocation's last moment somebody else may take its step over, and until a step is begun again, ms.
_MARGIN = 15 * SECOND
_PAUSE = 5 * SECOND


@dataclass(frozen=True, slots=True)
class Budget:
    """What one invocation has: when it began, and when to stop, on the monotonic clock."""

    began_at: float
    stop_at: float


@dataclass(frozen=True, slots=True)
class Simulating:
    """Replays. Told twice, it changes nothing; told again after a crash, it begins the step anew."""

    simulations: Simulations
    intents: Intents
    views: GateViews
    book: ContactBook
    directory: Directory
    queue: GateQueue
    clock: Clock
    journal: Journal
    most: int = MOST_INTENTS

    def go_on(self, asked: Sequence[Question], budget: Budget) -> list[str]:
        """Do the next step of each simulation.

        Args:
            asked: The messages about simulations.
            budget: The invocation's time.

        Returns:
            Ids of the messages to deliver again.
        """
        again = []
        for question in asked:
            step = partial(self._go_on, question.organization_id, question.simulation or "", budget)
            if not isolated(self.journal, "simulating", step, organization_id=question.organization_id):
                again.append(question.message_id)
        return again

    def _go_on(self, organization_id: str, simulation_id: str, budget: Budget) -> None:
        left = budget.stop_at - self.clock.monotonic()
        if left < _MOST_OF_IT * (budget.stop_at - budget.began_at):
            self._ask(organization_id, simulation_id, _PAUSE)
            return
        known, now = self.simulations.get(organization_id, simulation_id), self.clock.now()
        claimed = known.claimed(now, now + int(left * SECOND) + _MARGIN) if known else None
        if claimed is None or not self.simulations.save(claimed) or claimed.ended:
            return
        after, pause = self._tried(claimed.stored())
        if self.simulations.save(after) and not after.ended:
            self._ask(organization_id, simulation_id, pause)

    def _tried(self, simulation: Simulation) -> tuple[Simulation, int]:
        """The simulation after its next step or after that went wrong, and how long to wait then, ms."""
        after: list[Simulation] = []
        if isolated(
            self.journal, "replaying", lambda: after.append(self._step(simulation)), simulation_id=simulation.id
        ):
            return after[0], 0
        return simulation.broken_off(), _PAUSE

    def _ask(self, organization_id: str, simulation_id: str, delay: int) -> None:
        if not self.queue.publish_simulation(organization_id, simulation_id, delay):
            raise ConnectionError("The next step could not be asked for.")

    def _step(self, simulation: Simulation) -> Simulation:
        """The simulation after its next step."""
        if simulation.actual is None:
            records, cut_off = self._read(simulation)
            fates = self._replayed(simulation, records, changed=False)
            self.simulations.keep_left(simulation, leaving(fates))
            return simulation.with_actual(report(fates.values()), cut_off=cut_off)
        left = self.simulations.left(simulation)
        if left is None:
            raise LookupError("What the first step kept is gone.")
        records = [one for one in self._read(simulation)[0] if one.intent.id in left]
        fates = self._replayed(simulation, records, changed=True)
        return simulation.with_result(compare(simulation.actual, left, fates))

    def _replayed(self, simulation: Simulation, records: Sequence[Recorded], *, changed: bool) -> dict[str, Fate]:
        view = idle(self.views.load(simulation.organization_id))
        rules: RulesAt = of_the_time(view.organization, self._changes(simulation))
        if changed:
            view, rules = proposed(view, simulation, rules)
        return replayed(view, records, rules)

    def _read(self, simulation: Simulation) -> tuple[list[Recorded], bool]:
        """The newest intents of the window, oldest first, and whether there are more."""
        window = IntentFilter(created_from=simulation.begins_at, created_to=simulation.created_at)
        found: list[Recorded] = []
        after: str | None = None
        while len(found) < self.most:
            limit = min(_PAGE, self.most - len(found))
            page = self.intents.page(simulation.organization_id, window, after, limit)
            found += self._recorded(simulation, page.intents)
            after = page.after
            if after is None:
                break
        return found[::-1], after is not None

    def _recorded(self, simulation: Simulation, intents: Sequence[Intent]) -> Iterator[Recorded]:
        organization_id = simulation.organization_id
        people = self.book.recipients(organization_id, {one.id: one.request.target for one in intents})
        for one in intents:
            contact = people.get(one.id) or self.book.blank(organization_id, one.request.target)
            yield recorded(one, known_at(contact, simulation.begins_at), simulation.created_at)

    def _changes(self, simulation: Simulation) -> Iterator[JournalEntry]:
        """What happened to the organization since the window began, newest first."""
        after: str | None = None
        while True:
            page = self.directory.organization_journal(simulation.organization_id, after, _CHANGES)
            for entry in page.entries:
                if entry.at < simulation.begins_at:
                    return
                yield entry
            after = page.after
            if after is None:
                return
