"""The execution queue as SQS is one: nothing before its time, at least once, gone only when it is acknowledged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.application.ports.execution_queue import Order
from chalicelib.domain.values import MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.application.ports.clock import Clock
    from chalicelib.domain.intent import Intent

_BATCH = 10
_LONGEST_DELAY = 15 * MINUTE


@dataclass(slots=True)
class _Message:
    order: Order
    visible_at: int


class DeliveringQueue:
    """Keeps each message until it is acknowledged, or has been received too often: then it is one of ``dead``.

    ``refused`` are ids of intents that it takes nothing of.
    """

    def __init__(self, clock: Clock, visibility: int = 2 * MINUTE, most_receives: int = 25) -> None:
        """Create an empty queue.

        Args:
            clock: By which messages become visible.
            visibility: How long a received message stays out of sight, ms.
            most_receives: After so many receives in vain a message goes to the dead letters.
        """
        self.dead: list[Order] = []
        self.refused: set[str] = set()
        self._clock, self._visibility, self._most = clock, visibility, most_receives
        self._messages: dict[str, _Message] = {}
        self._made = 0

    def publish(self, intents: Sequence[Intent], now: int, early: int = 0) -> Sequence[str]:
        """Queue each approval."""
        refused = [intent.id for intent in intents if intent.id in self.refused]
        for intent in intents:
            if intent.id in refused:
                continue
            self._made += 1
            order = Order(intent.id, intent.approval, "", f"m{self._made}", 0, intent.instance_id)
            delay = max(intent.not_before, intent.retry_at) - early - now
            self._messages[order.message_id] = _Message(order, self._after(min(delay, _LONGEST_DELAY)))
        return refused

    def backlog(self) -> int:
        """How many are visible."""
        return sum(one.visible_at <= self._clock.now() for one in self._messages.values())

    def postpone(self, delays: Sequence[tuple[Order, int]]) -> None:
        """Change when each delivery is over."""
        for order, delay in delays:
            if order.message_id in self._messages:
                self._messages[order.message_id].visible_at = self._after(delay)

    def take(self) -> list[Order]:
        """Receive a batch of what is visible."""
        return [order for _, order in zip(range(_BATCH), self._visible(), strict=False)]

    def acknowledge(self, orders: Iterable[Order]) -> None:
        """These are done."""
        for order in orders:
            self._messages.pop(order.message_id, None)

    def deliver_again(self) -> None:
        """Deliver everything once more that somebody is working on."""
        for one in self._messages.values():
            if one.order.receives:
                one.visible_at = self._clock.now()

    def holds(self, intent: Intent) -> bool:
        """Whether the present approval of an intent will be delivered again."""
        named = (intent.id, intent.approval)
        return any((one.order.intent_id, one.order.approval) == named for one in self._messages.values())

    @property
    def next_at(self) -> int | None:
        """When the next message becomes visible, ms."""
        return min((one.visible_at for one in self._messages.values()), default=None)

    def _visible(self) -> Iterable[Order]:
        now = self._clock.now()
        for one in sorted(self._messages.values(), key=lambda message: message.visible_at):
            if one.visible_at > now:
                return
            if one.order.receives >= self._most:
                self.dead.append(self._messages.pop(one.order.message_id).order)
                continue
            receives = one.order.receives + 1
            one.order = replace(one.order, receives=receives, receipt_handle=f"{one.order.message_id}-{receives}")
            one.visible_at = now + self._visibility
            yield one.order

    def _after(self, delay: int) -> int:
        """So many whole seconds from now."""
        return self._clock.now() + max(0, -(-delay // SECOND)) * SECOND
