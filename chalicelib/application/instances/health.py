"""Measures how many of a number's recent messages arrived: a sample every ten minutes, and only while it sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.health import RECEIPT_PATIENCE, SMALLEST_SAMPLE
from chalicelib.domain.listing import IntentFilter
from chalicelib.domain.resting import USED
from chalicelib.domain.signals import WINDOW, Sample
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.timeline import EventType

if TYPE_CHECKING:
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.intents import Intents
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.intent import Intent

# One page of a sample: each message on it is read for one read unit.
PAGE = 50

_ARRIVED = frozenset({Delivery.DELIVERED, Delivery.READ})


@dataclass(frozen=True, slots=True)
class HealthWatch:
    """Takes samples.

    What has had its time to arrive is found in two places: before the newest message that had been sent when the last
    sample was taken, however long the line behind it is; and, if that is too little, among what was accepted in the
    last hour. So a sample costs one or two pages of a list, whatever the number sends.
    """

    intents: Intents
    clock: Clock

    def sample(self, instance: Instance) -> Sample | None:
        """A new sample of a number that sends; ``None`` while none is due."""
        now, before = self.clock.now(), instance.signals.sample
        if instance.lifecycle not in USED or instance.is_cooling(now) or instance.last_good_send_at <= now - WINDOW:
            return None
        if before and now < before.at + RECEIPT_PATIENCE:
            return None
        up_to = before.up_to if before else instance.last_good_of
        old_enough = self._sent(instance, up_to, now)
        arrived = sum(one.delivery in _ARRIVED for one in old_enough)
        return Sample(len(old_enough), arrived, now, instance.last_good_of)

    def _sent(self, instance: Instance, up_to: int, now: int) -> list[Intent]:
        """What was sent in the last hour, long enough ago: as much as a sample needs, or all there is."""
        since, until = max(now - WINDOW, instance.back_since(now)), now - RECEIPT_PATIENCE
        found: dict[str, Intent] = {}
        for accepted_from, accepted_to in ((up_to - WINDOW, up_to + 1), (now - WINDOW, until)):
            wanted = IntentFilter(
                status=Status.SENT, instance_id=instance.id, created_from=accepted_from, created_to=accepted_to
            )
            page = self.intents.page(instance.organization_id, wanted, None, PAGE)
            found |= {one.id: one for one in page.intents if since < _sent_at(one) <= until}
            if len(found) >= SMALLEST_SAMPLE:
                break
        return list(found.values())


def _sent_at(intent: Intent) -> int:
    """When a sent intent was known to be sent, ms; 0 when somebody only said so, which says nothing of its number."""
    proofs = (event for event in intent.timeline if event.type is EventType.SENT and "why" not in event.data)
    return max((event.at for event in proofs), default=0)
