"""Leases as items with an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.control import Lease
from chalicelib.domain.values import DAY, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.adapters.dynamodb.table import Item, Table
    from chalicelib.application.ports.leases import LeaseKind


class DynamoLeases:
    """One item per instance and kind of lease."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, kind: LeaseKind, instance_id: str, token: str, lease: Lease) -> bool:
        """Take a lease if it is free or has run out."""
        item: Item = {
            "pk": _pk(instance_id),
            "sk": kind,
            "holder": token,
            "since": lease.since,
            "ends": lease.until,
            "holds": lease.load,
            "ttl": (lease.until + DAY) // SECOND,
        }
        refused = self._table.put_if(item, "attribute_not_exists(pk) OR ends < :now", {":now": lease.since})
        return refused is None

    def release(self, kind: LeaseKind, instance_id: str, token: str) -> None:
        """Give a lease back if ``token`` still holds it."""
        self._table.delete_if(_pk(instance_id), kind, "holder = :token", {":token": token})

    def held(self, kind: LeaseKind, instance_ids: Iterable[str]) -> dict[str, Lease]:
        """The leases that were taken and not given back."""
        items = self._table.get_many((_pk(name), str(kind)) for name in instance_ids)
        return {str(item["pk"]).removeprefix("INST#"): _lease(item) for item in items}


def _pk(instance_id: str) -> str:
    return f"INST#{instance_id}"


def _lease(item: Item) -> Lease:
    return Lease(int(item["since"]), int(item["ends"]), int(item["holds"]))
