"""One send in flight per number, across all workers."""

from __future__ import annotations

from typing import Protocol


class Lanes(Protocol):
    """A lease per instance; whoever holds it may send through that instance."""

    def take(self, instance_id: str, token: str, until: int, now: int) -> bool:
        """Take the lane until ``until`` (ms) if it is free or its lease has run out.

        Returns:
            Whether ``token`` holds it now.
        """

    def release(self, instance_id: str, token: str) -> None:
        """Free the lane if ``token`` still holds it."""
