"""Reservations that are not used return, once: capacity is never lost to a twin, a pause or a dead number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.journal import Journal
    from chalicelib.domain.intent import Intent

_TRIES = 8
_FIRST_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Reservations:
    """Gives unused slots back."""

    views: GateViews
    clock: Clock
    ids: Ids
    journal: Journal

    def give_back(self, approved: Iterable[Intent]) -> None:
        """Return the slots of intents that were approved and will not be sent on that approval.

        Under contention it gives up after a few tries: a slot is then wasted, a limit is never exceeded.
        """
        slots: dict[tuple[str, str], list[int]] = defaultdict(list)
        for intent in approved:
            if intent.instance_id:
                slots[intent.organization_id, intent.instance_id].append(intent.not_before)
        for (organization_id, instance_id), instants in slots.items():
            self._return(organization_id, instance_id, instants)

    def _return(self, organization_id: str, instance_id: str, instants: list[int]) -> None:
        for attempt in range(_TRIES):
            self.clock.sleep(self.ids.draw() * _FIRST_PAUSE * attempt)
            usage = self.views.usage(organization_id, instance_id)
            for instant in instants:
                usage = usage.give_back(instant)
            if self.views.save_usage(organization_id, usage):
                return
        self.journal.note("slots forfeited", instance_id=instance_id, slots=len(instants))
