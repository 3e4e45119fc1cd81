"""Lane leases as items with an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.values import DAY, SECOND

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Item, Table


class DynamoLanes:
    """One lease item per instance."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, instance_id: str, token: str, until: int, now: int) -> bool:
        """Take the lane if it is free or its lease has run out."""
        item: Item = {
            "pk": _pk(instance_id),
            "sk": "LANE",
            "holder": token,
            "ends": until,
            "ttl": (until + DAY) // SECOND,
        }
        refused = self._table.put_if(item, "attribute_not_exists(pk) OR ends < :now", {":now": now})
        return refused is None

    def release(self, instance_id: str, token: str) -> None:
        """Free the lane if ``token`` still holds it."""
        self._table.delete_if(_pk(instance_id), "LANE", "holder = :token", {":token": token})


def _pk(instance_id: str) -> str:
    return f"INST#{instance_id}"
