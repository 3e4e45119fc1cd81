"""Approvals whose slot has passed: each gets another one at once, for behind all others it would be late again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.attempt import late, rescheduled

if TYPE_CHECKING:
    from chalicelib.application.execution.settlement import Settlement
    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.application.ports.clock import Clock
    from chalicelib.domain.intent import Intent


@dataclass(frozen=True, slots=True)
class Latecomers:
    """Finds slots for those who come too late for theirs."""

    settlement: Settlement
    gatekeeper: Gatekeeper
    clock: Clock

    def move(self, intent: Intent) -> Intent:
        """The intent in another slot of its number, as it is stored now; without one, back at the Gate."""
        now = self.clock.now()
        slot = None if intent.expired(now) else self.gatekeeper.slot_again(intent, now, unused=True)
        if slot is None:
            return self.settlement.write(intent, late)
        return self.settlement.write(intent, lambda one, at: rescheduled(one, slot, at))
