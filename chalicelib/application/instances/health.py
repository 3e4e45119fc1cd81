"""Measures how many of a number's recent messages arrived: a sample every ten minutes, and only while it sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.health import RECEIPT_PATIENCE
from chalicelib.domain.intent import Delivery, Status
from chalicelib.domain.listing import IntentFilter
from chalicelib.domain.resting import USED
from chalicelib.domain.signals import WINDOW, Sample
from chalicelib.domain.timeline import EventType

if TYPE_CHECKING:
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.intents import Intents
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.intent import Intent

# A sample is at most so large: each message in it is read once, for one read unit.
LARGEST_SAMPLE = 50

_ARRIVED = frozenset({Delivery.DELIVERED, Delivery.READ})


@dataclass(frozen=True, slots=True)
class HealthWatch:
    """Takes samples.

    A sample begins where the one before ended: at the newest message that had been sent by then. So what is looked at
    has had its time to arrive, and however much the number sends, only as much is read as a sample holds.
    """

    intents: Intents
    clock: Clock

    def sample(self, instance: Instance) -> Sample | None:
        """A new sample of a number that sends; ``None`` while none is due."""
        now, before = self.clock.now(), instance.signals.sample
        sends = (
            instance.lifecycle in USED and not instance.is_cooling(now) and instance.last_good_send_at > now - WINDOW
        )
        if not sends or (before and now < before.at + RECEIPT_PATIENCE):
            return None
        old_enough = self._sent(instance, before.up_to, now) if before and before.up_to else []
        arrived = sum(one.delivery in _ARRIVED for one in old_enough)
        return Sample(len(old_enough), arrived, now, instance.last_good_of)

    def _sent(self, instance: Instance, up_to: int, now: int) -> list[Intent]:
        """The newest messages accepted by ``up_to`` (ms) that were sent in the hour, long enough ago."""
        wanted = IntentFilter(status=Status.SENT, instance_id=instance.id, created_to=up_to + 1)
        found = self.intents.page(instance.organization_id, wanted, None, LARGEST_SAMPLE).intents
        since = max(now - WINDOW, instance.back_since(now))
        return [one for one in found if since < _sent_at(one) <= now - RECEIPT_PATIENCE]


def _sent_at(intent: Intent) -> int:
    """When a sent intent was known to be sent, ms."""
    return max((event.at for event in intent.timeline if event.type is EventType.SENT), default=0)
