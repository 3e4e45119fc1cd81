"""Where records of the stream go that could not be counted: somebody must look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chalicelib.application.ports.changes import RecordName


class DeadRecords(Protocol):
    """Parks records by name; the same one may be parked more than once."""

    def park(self, shard: str, name: RecordName) -> None:
        """Keep the name of a record for whoever looks into it.

        Raises:
            Exception: Of any kind: it could not be kept.
        """
