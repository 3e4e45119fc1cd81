"""Simulations as items of their organization, and what their first step keeps for the second beside them."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.packing import pack, unpack
from chalicelib.adapters.dynamodb.table import packed
from chalicelib.domain.values import DAY, SECOND
from chalicelib.domain.whatif.simulation import LIFETIME, Simulation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table

_KEPT = 14 * DAY
# Which one was begun last: the guard of the next one.
_LATEST = "LATEST"
_LEFT = "LEFT"
_ELSEWHERE = ("id", "organization_id", "version")


class DynamoSimulations:
    """Stores simulations in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, simulation: Simulation, after: str | None) -> bool:
        """Store a new simulation together with the note that it is the latest one: both or nothing."""
        latest: Item = {
            "pk": _pk(simulation.organization_id),
            "sk": _LATEST,
            "holder": simulation.id,
            "begun": simulation.created_at,
            "ttl": _ttl(simulation),
        }
        condition = "attribute_not_exists(pk) OR holder = :after OR begun <= :old"
        values: Item = {":after": after or "", ":old": simulation.created_at - LIFETIME}
        return self._table.put_if(latest, condition, values, beside=[_item(simulation)]) is None

    def save(self, simulation: Simulation) -> bool:
        """Store a simulation's next state on the version it was derived from."""
        return self._table.put_version(_item(simulation), simulation.version) is None

    def get(self, organization_id: str, simulation_id: str) -> Simulation | None:
        """A simulation."""
        item = self._table.get(_pk(organization_id), simulation_id)
        return _simulation(item) if item else None

    def newest(self, organization_id: str, limit: int) -> Sequence[Simulation]:
        """The newest ones: their ids sort by time."""
        values = {":pk": _pk(organization_id), ":ours": "sim_"}
        items = self._table.first("pk = :pk AND begins_with(sk, :ours)", values, limit, newest_first=True)
        return [_simulation(item) for item in items]

    def keep_left(self, simulation: Simulation, left: Mapping[str, int]) -> None:
        """Keep slots by intent id, compressed: some 200 KB for ten thousand."""
        body = zlib.compress(packed(left).encode())
        self._table.put({"pk": _left_pk(simulation), "sk": _LEFT, "body": body, "ttl": _ttl(simulation)})

    def left(self, simulation: Simulation) -> Mapping[str, int] | None:
        """What was kept."""
        item = self._table.get(_left_pk(simulation), _LEFT)
        body = item["body"] if item else None
        return json.loads(zlib.decompress(body)) if isinstance(body, bytes) else None


def _item(simulation: Simulation) -> Item:
    return {
        "pk": _pk(simulation.organization_id),
        "sk": simulation.id,
        "body": pack(simulation, *_ELSEWHERE),
        "v": simulation.version + 1,
        "ttl": _ttl(simulation),
    }


def _simulation(item: Item) -> Simulation:
    return unpack(
        Simulation,
        str(item["body"]),
        id=str(item["sk"]),
        organization_id=str(item["pk"]).removeprefix("SIMULATIONS#"),
        version=int(item["v"]),
    )


def _ttl(simulation: Simulation) -> int:
    return (simulation.created_at + _KEPT) // SECOND


def _pk(organization_id: str) -> str:
    return f"SIMULATIONS#{organization_id}"


def _left_pk(simulation: Simulation) -> str:
    return f"SIMULATION#{simulation.id}"
