"""The execution queue of a deployment that sends nothing: decisions are made and recorded, and stay where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.ports.execution_queue import Order
    from chalicelib.domain.intent import Intent


class ShadowExecutionQueue:
    """Publishes nothing, so that nothing is ever delivered."""

    def publish(self, intents: Sequence[Intent], now: int, early: int = 0) -> Sequence[str]:  # noqa: ARG002 - the port's
        """Leave the approvals to whoever switches sending on: none of them failed."""
        return ()

    def backlog(self) -> int:
        """Nothing waits."""
        return 0

    def postpone(self, delays: Sequence[tuple[Order, int]]) -> None:
        """Nothing was delivered."""
