"""A dead-letter queue: what another queue gave up on, kept for 14 days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A dead message of the execution queue.

    Attributes:
        message_id: The queue's id of the message.
        receipt_handle: The queue's handle of this look at it.
        intent_id: The intent it names; ``None`` when it cannot be read.
        approval: Which of its approvals.
    """

    message_id: str
    receipt_handle: str
    intent_id: str | None = None
    approval: int = 0


class DeadLetterQueue(Protocol):
    """Looks at dead messages and deletes those that have nothing to say any more."""

    def receive(self, limit: int, aside: int) -> Sequence[DeadLetter]:
        """Take messages and set them aside: for ``aside`` ms nobody else is given them.

        Args:
            limit: At most this many.
            aside: How long, ms.

        Returns:
            Fewer than ``limit`` when no more were found, none when everything is deleted or set aside.
        """

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Delete messages; one that cannot be deleted now is found again later."""

    def release(self, letters: Sequence[DeadLetter]) -> None:
        """Put messages back at once instead of after their time; one that cannot be put back now comes by itself."""

    def count(self) -> int:
        """About how many messages there are, set aside or not; a moment late."""
