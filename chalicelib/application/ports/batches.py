"""Where batches live: what was handed in together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.batch import Batch


class Batches(Protocol):
    """Stores batches; a batch with an alarm stands for all its intents that are not decided yet."""

    def create(self, batch: Batch) -> Batch | None:
        """Store a new batch.

        Returns:
            ``None`` when it was stored; the batch that was there before otherwise, untouched.
        """

    def save(self, batch: Batch) -> bool:
        """Store a batch derived from the one at ``batch.version``.

        Returns:
            Whether it was stored; ``False`` when somebody else changed it first.
        """

    def get(self, batch_id: str) -> Batch | None:
        """A batch (strongly consistent)."""

    def due(self, now: int, limit: int) -> Sequence[str]:
        """Ids of batches whose alarm is due, longest due first; it may lag."""
