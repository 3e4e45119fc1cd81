"""Reservations that are not used return, once: capacity is never lost to a twin, a pause or a dead number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.values import Purpose

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.journal import Journal
    from chalicelib.domain.intent import Intent

_TRIES = 8
_FIRST_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Reservations:
    """Gives unused slots back, to the number, to the plan and to the recipient."""

    views: GateViews
    book: ContactBook
    clock: Clock
    ids: Ids
    journal: Journal

    def give_back(
        self,
        approved: Iterable[Intent],
        only: Collection[str] | None = None,
        stored: Mapping[str, Intent] = MappingProxyType({}),
    ) -> None:
        """Return the slots of intents that were approved and will not be sent on that approval.

        Under contention it gives up after a few tries: a slot is then wasted, a limit is never exceeded.

        Args:
            approved: The intents, with the approval that ends.
            only: Ids of the numbers and organizations on which a slot was really reserved; all of them by default.
            stored: What others stored of the same intents, by id: a twin may hold a slot of its own.
        """
        slots: dict[tuple[str, str], list[Intent]] = defaultdict(list)
        for intent in approved:
            for subject in reserved_on(intent):
                if only is None or subject in only:
                    slots[intent.organization_id, subject].append(intent)
            forget = partial(self.book.take_back, intent, stored.get(intent.id))
            isolated(self.journal, "taking an intent back from its contact", forget, intent_id=intent.id)
        for (organization_id, subject), intents in slots.items():
            self._return(organization_id, subject, intents)

    def _return(self, organization_id: str, subject: str, intents: list[Intent]) -> None:
        for attempt in range(_TRIES):
            self.clock.sleep(self.ids.draw() * _FIRST_PAUSE * attempt)
            usage = self.views.usage(organization_id, subject)
            for intent in intents:
                reply = intent.request.purpose is Purpose.REPLY
                usage = usage.give_back(intent.not_before, reply=reply, new_contact=intent.new_contact)
            if self.views.save_usage(organization_id, usage):
                return
        self.journal.note("slots forfeited", instance_id=subject, slots=len(intents))


def reserved_on(intent: Intent) -> tuple[str, ...]:
    """Ids of everything on which an approved intent holds a slot: its number, and its organization under a plan."""
    number = (intent.instance_id,) if intent.instance_id else ()
    return (*number, intent.organization_id) if intent.planned else number
