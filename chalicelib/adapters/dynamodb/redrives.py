"""Redrives as items of their organization, found by the sweep while they are unfinished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.packing import pack, unpack
from chalicelib.domain.redrive import Redrive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table

_REDRIVE = "REDRIVE"
_ELSEWHERE = ("organization_id", "version")


class DynamoRedrives:
    """Stores redrives in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, organization_id: str) -> Redrive | None:
        """An organization's redrive."""
        item = self._table.get(_pk(organization_id), _REDRIVE)
        if item is None:
            return None
        return unpack(Redrive, str(item["body"]), organization_id=organization_id, version=int(item["v"]))

    def save(self, redrive: Redrive) -> bool:
        """Store a redrive's next state."""
        item: Item = {
            "pk": _pk(redrive.organization_id),
            "sk": _REDRIVE,
            "body": pack(redrive, *_ELSEWHERE),
            "v": redrive.version + 1,
        }
        if redrive.unfinished:
            item |= {"wake_pk": "REDRIVES", "wake_sk": f"{redrive.free_at:013d}#{redrive.organization_id}"}
        return self._table.put_version(item, redrive.version) is None

    def unfinished(self, limit: int) -> Sequence[str]:
        """Ids of organizations, by up to when their rate is used up."""
        rows, _ = self._table.index_page("by_wake", "wake_pk = :pk", {":pk": "REDRIVES"}, limit)
        return [str(row["pk"]).removeprefix("ORG#") for row in rows]


def _pk(organization_id: str) -> str:
    return f"ORG#{organization_id}"
