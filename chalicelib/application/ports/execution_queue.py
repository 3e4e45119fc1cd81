"""The queue between the Gate and the engine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.domain.values import is_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.intent import Intent


# The shape of a message's body; earlier ones are understood, too.
MESSAGE_VERSION = 2


@dataclass(frozen=True, slots=True)
class Order:
    """A queue message: carry out this approval. Ids only, never content or phone.

    Attributes:
        intent_id: The approved intent.
        approval: Which of its approvals.
        receipt_handle: The queue's handle of this delivery.
        message_id: The queue's id of the message.
        receives: How often it was delivered, this time included.
        instance_id: The number it was approved for; ``None`` in messages of the first version.
    """

    intent_id: str
    approval: int
    receipt_handle: str
    message_id: str
    receives: int = 1
    instance_id: str | None = None


def read_order(body: str, receipt_handle: str, message_id: str, receives: int = 1) -> Order | None:
    """What a message says, whichever version of us wrote it; ``None`` when it is not understood."""
    try:
        said: Any = json.loads(body)
        version, intent_id, approval = said["v"], said["intent_id"], said["approval"]
        instance_id = said.get("instance_id")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not _is_count(version) or not 1 <= version <= MESSAGE_VERSION or not _is_count(approval):
        return None
    if not is_id(intent_id, "int") or not (instance_id is None or is_id(instance_id, "ins")):
        return None
    return Order(intent_id, approval, receipt_handle, message_id, receives, instance_id)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


class ExecutionQueue(Protocol):
    """Publishes approvals and postpones deliveries."""

    def publish(self, intents: Sequence[Intent], now: int, early: int = 0) -> Sequence[str]:
        """Publish the current approval of each intent, delivered ``early`` ms before its slot.

        Returns:
            Ids that could not be published; ``sweep`` will.
        """

    def backlog(self) -> int:
        """About how many messages wait to be delivered now."""

    def postpone(self, delays: Sequence[tuple[Order, int]]) -> None:
        """Let each delivery come back after its delay (ms) once it is reported as failed."""
