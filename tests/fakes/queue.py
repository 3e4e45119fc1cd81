"""The execution queue in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.application.ports.execution_queue import Order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.intent import Intent


class FakeExecutionQueue:
    """Remembers what was published (with its delay, ms) and postponed; ``broken`` makes publishing fail."""

    def __init__(self) -> None:
        self.published: list[tuple[Order, int]] = []
        self.postponed: list[tuple[Order, int]] = []
        self.broken = False

    def publish(self, intents: Sequence[Intent], now: int, early: int = 0) -> Sequence[str]:
        """Queue each approval."""
        if self.broken:
            return [intent.id for intent in intents]
        for intent in intents:
            name = f"m{len(self.published)}"
            order = Order(intent.id, intent.approval, f"handle-{name}", name)
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
