"""The use cases around the Gate: what is handed in, what belongs together, what is decided and reserved."""

from __future__ import annotations

from functools import cached_property

from chalicelib.adapters.phone_zones import phone_zone
from chalicelib.application.batches import BatchQueries, BatchWatch
from chalicelib.application.campaigns import CampaignBook
from chalicelib.application.clearing import Clearing
from chalicelib.application.contacts import ContactBook
from chalicelib.application.dead_letters import DeadLetterBook
from chalicelib.application.execution.settlement import Settlement
from chalicelib.application.gatekeeping import Gatekeeper
from chalicelib.application.intake import Intake
from chalicelib.application.intake.acceptance import Acceptance
from chalicelib.application.intake.bulk import BulkIntake
from chalicelib.application.interventions import Interventions
from chalicelib.application.redriving import Redriving
from chalicelib.application.reservations import Reservations
from chalicelib.application.simulating import Simulating
from chalicelib.application.simulations import SimulationBook
from chalicelib.bootstrap.adapters import EXECUTION, Adapters


class GateServices(Adapters):
    """Created when first asked for, like all others."""

    @cached_property
    def intake(self) -> Intake:
        """Accepts intents."""
        acceptance = Acceptance(self._gatekeeper, self.campaigns, self._intents, phone_zone, self.clock)
        return Intake(
            acceptance=acceptance,
            bulk=BulkIntake(
                acceptance=acceptance,
                batches=self._batches,
                intents=self._intents,
                contents=self._contents,
                queue=self._gate_queue,
                fan_out=self._fan_out,
                clock=self.clock,
                journal=self.journal,
            ),
            gatekeeper=self._gatekeeper,
            gate_queue=self._gate_queue,
            intents=self._intents,
            contents=self._contents,
            fan_out=self._fan_out,
            ids=self._ids,
        )

    @cached_property
    def batches(self) -> BatchQueries:
        """Answers questions about batches."""
        return BatchQueries(self._batches, self._intents)

    @cached_property
    def batch_watch(self) -> BatchWatch:
        """Sees to batches that are not decided yet."""
        return BatchWatch(self._batches, self._intents, self._gate_queue, self.clock, self.journal)

    @cached_property
    def campaigns(self) -> CampaignBook:
        """What belongs together under one name."""
        return CampaignBook(self._campaigns, self._gate_queue, self.clock, self._ids)

    @cached_property
    def clearing(self) -> Clearing:
        """Ends what still waits for cancelled campaigns."""
        return Clearing(self._campaigns, self._intents, self._gatekeeper, self.clock, self.journal)

    @cached_property
    def simulations(self) -> SimulationBook:
        """What another policy would have done."""
        return SimulationBook(
            simulations=self._simulations,
            directory=self.directory,
            queue=self._gate_queue,
            clock=self.clock,
            ids=self._ids,
            providers=frozenset(self._providers),
        )

    @cached_property
    def simulating(self) -> Simulating:
        """Finds it out."""
        return Simulating(
            simulations=self._simulations,
            intents=self._intents,
            views=self.views,
            book=self.book,
            directory=self.directory,
            queue=self._gate_queue,
            clock=self.clock,
            journal=self.journal,
        )

    @cached_property
    def interventions(self) -> Interventions:
        """Does what people want done about messages."""
        return Interventions(
            intents=self._intents,
            contents=self._contents,
            settlement=self._settlement,
            reservations=self._reservations,
            gatekeeper=self._gatekeeper,
            fan_out=self._fan_out,
            clock=self.clock,
            journal=self.journal,
        )

    @cached_property
    def dead_letters(self) -> DeadLetterBook:
        """What could not be sent, and may go through the Gate once more."""
        return DeadLetterBook(
            intents=self._intents,
            redrives=self._redrives,
            queues=self._dead_letters,
            fan_out=self._fan_out,
            clock=self.clock,
            journal=self.journal,
        )

    @cached_property
    def redriving(self) -> Redriving:
        """Lets it go there."""
        return Redriving(
            redrives=self._redrives,
            queue=self._dead_letters[EXECUTION],
            intents=self._intents,
            interventions=self.interventions,
            clock=self.clock,
            journal=self.journal,
        )

    @cached_property
    def book(self) -> ContactBook:
        """People."""
        return ContactBook(self._contacts, self._ids)

    @cached_property
    def _gatekeeper(self) -> Gatekeeper:
        return Gatekeeper(
            views=self.views,
            book=self.book,
            intents=self._intents,
            alarms=self._alarms,
            queue=self._queue,
            reservations=self._reservations,
            fan_out=self._fan_out,
            clock=self.clock,
            ids=self._ids,
            journal=self.journal,
        )

    @cached_property
    def _reservations(self) -> Reservations:
        return Reservations(self.views, self.book, self.clock, self._ids, self.journal)

    @cached_property
    def _settlement(self) -> Settlement:
        return Settlement(self._intents, self._reservations, self.clock, self.journal)
