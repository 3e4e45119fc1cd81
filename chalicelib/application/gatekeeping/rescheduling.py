"""Another slot for an approval whose attempt failed or stayed unknown: every call has one, so every limit holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.domain.gate import Drafts
from chalicelib.domain.usage import HORIZON

if TYPE_CHECKING:
    from chalicelib.application.gatekeeping.looking import Looking
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.ids import Ids
    from chalicelib.domain.decision import Approve
    from chalicelib.domain.intent import Intent

_TRIES = 4
# Who lost to somebody else tries again within so many seconds.
_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Rescheduling:
    """Finds and reserves the next slot on the number that an intent is approved for."""

    looking: Looking
    fan_out: FanOut
    clock: Clock
    ids: Ids

    def slot(self, intent: Intent, at: int, *, unused: bool) -> Approve | None:
        """Reserve the first slot from ``at`` (ms) on; slots are handed out two minutes ahead at the most.

        Args:
            intent: An approved intent, or one that is to be repeated.
            at: When it may leave at the earliest, ms.
            unused: Whether its present slot has passed without a call: then that is given back.

        Returns:
            The slot; ``None`` when the Gate has to decide anew, then, or others kept reserving first.
        """
        if at > self.clock.now() + HORIZON:
            return None
        for attempt in range(_TRIES):
            self.clock.sleep(self.ids.draw() * _PAUSE * attempt)
            view = self.looking.view(intent.organization_id, {intent.id: intent.request.target})
            drafts = Drafts(view)
            slot = drafts.again(intent, at, unused=unused)
            if slot is None or slot.not_before > self.clock.now() + HORIZON:
                return None
            if self._reserve(drafts):
                return slot
        return None

    def _reserve(self, drafts: Drafts) -> bool:
        """Whether all that the slot takes could be written; a part of it is forfeited."""
        organization_id = drafts.view.organization.id
        usages = [partial(self.looking.views.save_usage, organization_id, one) for one in drafts.usages.values()]
        people = [partial(self.looking.book.contacts.save, person) for person in drafts.people.values()]
        return all(self.fan_out([*usages, *people]))
