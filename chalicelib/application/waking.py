"""Puts questions to the Gate on its queue: what is due, what came back, what something was waited for in.

Nothing rests on it here: the sweep finds whatever could not be asked about.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.application.telemetry import GATE, PUBLISH_FAILURES
from chalicelib.domain.parking import line_in, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.application.ports.alarms import Alarms
    from chalicelib.application.ports.gate_queue import GateQueue
    from chalicelib.application.ports.journal import Journal
    from chalicelib.domain.intent import Intent

# With more questions than this on the queue the sweep asks none: it would mostly repeat what is asked already.
MOST_QUESTIONS = 1_000


@dataclass(frozen=True, slots=True)
class Waking:
    """Asks the Gate, by queue, about those who wait."""

    alarms: Alarms
    queue: GateQueue
    journal: Journal

    def behind(self) -> bool:
        """Whether the Gate has so much to answer already that it should not be asked twice."""
        waiting = self.queue.backlog()
        if waiting > MOST_QUESTIONS:
            self.journal.note("the Gate is behind", questions=waiting)
        return waiting > MOST_QUESTIONS

    def intents(self, intents: Sequence[Intent], delay: int = 0) -> None:
        """Ask about intents, each organization's in the order given, ``delay`` ms from now."""
        by_organization: dict[str, list[str]] = defaultdict(list)
        for intent in intents:
            by_organization[intent.organization_id].append(intent.id)
        for organization_id, ids in by_organization.items():
            self._note(self.queue.publish_intents(organization_id, ids, delay))

    def places(self, organization_id: str, names: Iterable[str]) -> None:
        """Ask about places of an organization: first where a return is waited for, then all its lines together."""
        names = list(names)
        lines = [name for name in names if line_in(name)]
        returns = [name for name in names if not line_in(name)]
        self._note(self.queue.publish_places(organization_id, returns + lines[:1]))

    def returned(self, organization_id: str, instance_id: str | None = None) -> None:
        """Ask at once about those who wait for a number to return or for room on it.

        Args:
            organization_id: Whose number.
            instance_id: The number; ``None`` for any number of the organization.
        """
        ask = partial(self._ask, organization_id, instance_id)
        isolated(self.journal, "waking who waits", ask, organization_id=organization_id)

    def _ask(self, organization_id: str, instance_id: str | None) -> None:
        places = [place for place in self.alarms.places_of(organization_id) if place.waiting]
        wanted = {organization_id, instance_id}
        self.places(
            organization_id,
            [place.name for place in places if instance_id is None or subject_of(place.name) in wanted],
        )

    def _note(self, failed: Sequence[str]) -> None:
        if failed:
            self.journal.note("questions not published", count=len(failed))
            self.journal.count(PUBLISH_FAILURES, len(failed), queue=GATE)
