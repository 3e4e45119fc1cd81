"""Writes what an attempt came to, against whatever happened to the intent meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.execution.metering import meter
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.status import Status
from chalicelib.domain.values import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.reservations import Reservations
    from chalicelib.domain.intent import Intent

_TRIES = 8
_GIVES_SLOT_BACK = frozenset({Status.QUEUED, Status.FAILED, Status.DROPPED})


@dataclass(frozen=True, slots=True)
class Settlement:
    """Applies a change to an intent until it fits the stored state, then sees to what follows from it."""

    intents: Intents
    reservations: Reservations
    clock: Clock
    journal: Journal

    def write(self, intent: Intent, change: Callable[[Intent, int], Intent]) -> Intent:
        """Store ``change(intent, now)``, computed again on the stored state whenever somebody else wrote first.

        Args:
            intent: The state the caller knows.
            change: What is to happen; it returns the same object when nothing has to.

        Returns:
            The intent as it is stored now.

        Raises:
            VersionConflict: Others kept writing; the alarm of the intent finds it again.
        """
        for _ in range(_TRIES):
            after = change(intent, self.clock.now())
            if after is intent:
                return intent
            try:
                self.intents.save(after, intent.version)
            except VersionConflict:
                stored = self.intents.get(intent.id)
                if stored is None:
                    raise
                intent = stored
                continue
            self._follow_up(intent, after)
            return after
        raise VersionConflict(f"{intent.id} kept changing")

    def _follow_up(self, before: Intent, after: Intent) -> None:
        meter(self.journal, before, after)
        had_slot = before.status in {Status.APPROVED, Status.SENDING}
        # Who waits for another attempt has used the slot of the one that failed.
        if had_slot and after.status in _GIVES_SLOT_BACK and after.reason != Reason.BACK_OFF:
            self.reservations.give_back([after])
