"""The queues around the Gate in lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.application.ports.execution_queue import Order
from chalicelib.application.ports.gate_queue import BATCH, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.intent import Intent


class FakeExecutionQueue:
    """Remembers what was published (with its delay, ms) and postponed; ``broken`` makes publishing fail.

    ``others`` wait on the queue beside ours.
    """

    def __init__(self) -> None:
        self.published: list[tuple[Order, int]] = []
        self.postponed: list[tuple[Order, int]] = []
        self.broken = False
        self.others = 0

    def backlog(self) -> int:
        """Exactly."""
        return len(self.published) + self.others

    def publish(self, intents: Sequence[Intent], now: int, early: int = 0) -> Sequence[str]:
        """Queue each approval."""
        if self.broken:
            return [intent.id for intent in intents]
        for intent in intents:
            name = f"m{len(self.published)}"
            order = Order(intent.id, intent.approval, f"handle-{name}", name, instance_id=intent.instance_id)
            self.published.append((order, max(0, max(intent.not_before, intent.retry_at) - early - now)))
        return []

    def postpone(self, delays: Sequence[tuple[Order, int]]) -> None:
        """Remember."""
        self.postponed.extend(delays)

    def take(self) -> list[Order]:
        """Receive everything, whatever its delay."""
        orders = [order for order, _ in self.published]
        self.published = []
        return orders


class FakeGateQueue:
    """Remembers questions; ``broken`` makes publishing fail, ``others`` wait on the queue beside ours."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.others = 0
        self.broken = False
        self._made = 0

    def publish_intents(self, organization_id: str, intent_ids: Sequence[str], delay: int = 0) -> Sequence[str]:  # noqa: ARG002 - everything is delivered when it is taken
        """Queue each batch."""
        if self.broken:
            return list(intent_ids)
        for start in range(0, len(intent_ids), BATCH):
            self._ask(organization_id, intent_ids=tuple(intent_ids[start : start + BATCH]))
        return []

    def publish_places(self, organization_id: str, places: Sequence[str]) -> Sequence[str]:
        """Queue each place."""
        if self.broken:
            return list(places)
        for place in places:
            self._ask(organization_id, place=place)
        return []

    def publish_simulation(self, organization_id: str, simulation_id: str, delay: int = 0) -> bool:  # noqa: ARG002 - as above
        """Queue."""
        if not self.broken:
            self._ask(organization_id, simulation=simulation_id)
        return not self.broken

    def backlog(self) -> int:
        """Exactly."""
        return len(self.asked) + self.others

    def take(self, most: int = 10) -> list[Question]:
        """Receive a batch, whatever its delay."""
        taken, self.asked = self.asked[:most], self.asked[most:]
        return taken

    def _ask(
        self,
        organization_id: str,
        intent_ids: tuple[str, ...] = (),
        place: str | None = None,
        simulation: str | None = None,
    ) -> None:
        self._made += 1
        self.asked.append(Question(f"q{self._made}", organization_id, intent_ids, place, simulation))
