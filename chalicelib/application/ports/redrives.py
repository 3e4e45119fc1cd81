"""Where redrives live: one for each organization, the present or else the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.redrive import Redrive


class Redrives(Protocol):
    """Stores redrives; a write succeeds only on the version it was based on."""

    def get(self, organization_id: str) -> Redrive | None:
        """An organization's redrive (strongly consistent)."""

    def save(self, redrive: Redrive) -> bool:
        """Store a redrive derived from the one at ``redrive.version``.

        Returns:
            Whether it was stored; ``False`` when somebody else changed it first.
        """

    def unfinished(self, limit: int) -> Sequence[str]:
        """Ids of organizations with an unfinished redrive, who waited longest first; a moment late."""
