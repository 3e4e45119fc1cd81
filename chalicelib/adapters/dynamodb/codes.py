"""Codes to scan as items that end by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.application.ports.codes import Code
from chalicelib.domain.values import MINUTE, SECOND

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Table

_KEPT = 10 * MINUTE


class DynamoCodes:
    """The latest code of each instance."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, instance_id: str, code: Code) -> None:
        """Keep a code instead of the one before."""
        self._table.put(
            {
                "pk": f"INST#{instance_id}",
                "sk": "CODE",
                "picture": code.picture,
                "seen": code.seen_at,
                "number": code.number,
                "ttl": (code.seen_at + _KEPT) // SECOND,
            }
        )

    def get(self, instance_id: str) -> Code | None:
        """The latest code."""
        item = self._table.get(f"INST#{instance_id}", "CODE")
        return Code(str(item["picture"]), int(item["seen"]), int(item["number"])) if item else None
