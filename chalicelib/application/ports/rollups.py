"""Where the hours' counters live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.domain.rollup import Hour, Rollup


class Rollups(Protocol):
    """Stores rollups: one for each hour of a subject and each shard that told about it."""

    def get_many(self, shard: str, hours: Iterable[Hour]) -> dict[Hour, Rollup]:
        """What a shard told about these hours (strongly consistent); hours it told nothing about are missing."""

    def save(self, rollup: Rollup) -> None:
        """Store a rollup's next state.

        Raises:
            VersionConflict: The stored version is not the one it was derived from; nothing was written.
        """

    def since(self, subject: str, began_at: int) -> Sequence[Rollup]:
        """What all shards told about a subject's hours that began at ``began_at`` (ms) or later."""
