"""Leases as items with an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.usage_packing import pack_window, unpack_window
from chalicelib.domain.calls import Calls
from chalicelib.domain.control import NO_CALLS, Lease
from chalicelib.domain.values import DAY, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.adapters.dynamodb.table import Item, Table
    from chalicelib.application.ports.leases import LeaseKind

_STILL_MINE = "holder = :token"
_HAND_ON = "last_call = :last, calls = :calls"


class DynamoLeases:
    """One item per instance and kind of lease; it stays when a lease is given back, with what left under it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, kind: LeaseKind, instance_id: str, token: str, lease: Lease) -> Lease | None:
        """Take a lease if it is free or has run out."""
        mine, stored = self._table.update_if(
            _pk(instance_id),
            kind,
            "holder = :token, since = :since, ends = :ends, holds = :holds, #ttl = :ttl",
            "attribute_not_exists(pk) OR ends < :since",
            {
                ":token": token,
                ":since": lease.since,
                ":ends": lease.until,
                ":holds": lease.load,
                ":ttl": (lease.until + DAY) // SECOND,
            },
        )
        if not mine:
            return None
        before = _lease(stored, until=0 if stored.get("holder") == token else None) if stored else None
        taken = lease.inherited(before)
        if before and taken.calls != before.calls:
            # Should this holder vanish as well, what the one before it may have called is known all the same.
            self._table.update_if(_pk(instance_id), kind, _HAND_ON, _STILL_MINE, _handed_on(token, taken.calls))
        return taken

    def release(self, kind: LeaseKind, instance_id: str, token: str, calls: Calls = NO_CALLS) -> None:
        """Give a lease back if ``token`` still holds it."""
        values: Item = {":nobody": "", ":over": 0, **_handed_on(token, calls)}
        change = f"holder = :nobody, ends = :over, {_HAND_ON}"
        self._table.update_if(_pk(instance_id), kind, change, _STILL_MINE, values)

    def held(self, kind: LeaseKind, instance_ids: Iterable[str]) -> dict[str, Lease]:
        """The leases that were taken and not given back."""
        items = self._table.get_many((_pk(name), str(kind)) for name in instance_ids)
        return {str(item["pk"]).removeprefix("INST#"): _lease(item) for item in items if item["ends"]}


def _handed_on(token: str, calls: Calls) -> Item:
    return {":token": token, ":last": calls.last_at, ":calls": pack_window(calls.minute)}


def _pk(instance_id: str) -> str:
    return f"INST#{instance_id}"


def _lease(item: Item, until: int | None = None) -> Lease:
    """The lease of an item; its end is 0 when it was given back."""
    ends = int(item["ends"]) if until is None else until
    return Lease(int(item["since"]), ends, int(item["holds"]), _calls(item))


def _calls(item: Item) -> Calls:
    if "calls" not in item:
        return NO_CALLS
    minute, _ = unpack_window(NO_CALLS.minute, item["calls"])  # type: ignore[arg-type]
    return Calls(int(item.get("last_call", 0)), minute)
