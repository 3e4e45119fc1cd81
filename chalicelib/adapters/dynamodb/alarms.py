"""The wake index: due alarms, parking places and who is parked there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.intents import SHARDS
from chalicelib.application.ports.alarms import ParkingPlace
from chalicelib.domain.listing import instant_of, position_of
from chalicelib.domain.parking import line_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table

# In the Gate's range of its organization: the view reads it along.
PLACE = "GATE#PLACE#"

_INDEX = "by_wake"
# The sort key of places from before they were part of an organization.
_OLD = "PLACE"


class DynamoAlarms:
    """Reads the wake index and keeps the list of parking places."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @property
    def shards(self) -> int:
        """How many shards there are."""
        return SHARDS

    def due(self, shard: int, now: int) -> Iterable[str]:
        """Ids of intents of one shard whose alarm is due, oldest alarm first."""
        values = {":pk": f"WAKE#{shard}", ":now": f"{now + 1:013d}"}
        rows = self._table.query("wake_pk = :pk AND wake_sk < :now", values, index=_INDEX)
        return (_intent_id(row) for row in rows)

    def looks(self, shard: int, now: int, limit: int) -> Sequence[tuple[str, str]]:
        """Organization id and id of instances of one shard whose session is due to be asked for."""
        values = {":pk": f"LOOK#{shard}", ":now": f"{now + 1:013d}"}
        rows, _ = self._table.index_page(_INDEX, "wake_pk = :pk AND wake_sk < :now", values, limit)
        return [(str(row["pk"]).removeprefix("ORG#"), str(row["sk"]).removeprefix("GATE#INST#")) for row in rows]

    def places(self) -> Iterable[ParkingPlace]:
        """Places of all organizations."""
        rows = self._table.query("wake_pk = :pk", {":pk": "PLACES"}, index=_INDEX)
        items = self._table.get_many((str(row["pk"]), str(row["sk"])) for row in rows)
        return [_place(item) if item["sk"] != _OLD else self._moved(item) for item in items]

    def places_of(self, organization_id: str) -> Sequence[ParkingPlace]:
        """Places of one organization."""
        values = {":pk": f"ORG#{organization_id}", ":place": PLACE}
        return [_place(item) for item in self._table.query("pk = :pk AND begins_with(sk, :place)", values)]

    def parked(self, place: str, after: tuple[int, str] | None = None) -> Iterable[tuple[int, str]]:
        """When each intent parked in a place was accepted, and its id, oldest first."""
        values = {":pk": f"PARK#{place}", ":after": _written(after)}
        rows = self._table.query("wake_pk = :pk AND wake_sk > :after", values, index=_INDEX)
        return (_read(row["wake_sk"]) for row in rows)

    def touch_place(self, organization_id: str, place: str, now: int) -> None:
        """Make it known that somebody waits in a place."""
        self._table.put(_item(ParkingPlace(place, organization_id, now)))

    def look_place(self, place: ParkingPlace, looked_to: tuple[int, str] | None) -> None:
        """Note whom the sweep looked at last, unless the place was written since."""
        self._rewrite(place, replace(place, looked_to=looked_to))

    def empty_place(self, place: ParkingPlace, now: int) -> None:
        """Make it known that nobody waits in a place any more, unless it was written since."""
        self._rewrite(place, ParkingPlace(place.name, place.organization_id, now, waiting=False))

    def forget_place(self, place: ParkingPlace) -> None:
        """Drop a place, unless it was written since."""
        pk, sk = f"ORG#{place.organization_id}", PLACE + place.name
        self._table.delete_if(pk, sk, "touched = :seen", {":seen": place.changed_at})

    def _rewrite(self, seen: ParkingPlace, place: ParkingPlace) -> None:
        self._table.put_if(_item(place), "touched = :seen", {":seen": seen.changed_at})

    def _moved(self, item: Item) -> ParkingPlace:
        """A place from before places were part of their organization, moved there."""
        place = ParkingPlace(str(item["wake_sk"]), str(item["place_org"]), int(item["touched"]))
        self._table.put_if(_item(place), "attribute_not_exists(pk)")
        self._table.delete_if(str(item["pk"]), _OLD, "touched = :seen", {":seen": place.changed_at})
        return place


def lines_in(items: Iterable[Item]) -> dict[str, int]:
    """Of an organization's places those lines in which somebody waits, and when one was last said to have come, ms."""
    return {place.name: place.changed_at for place in map(_place, items) if place.waiting and line_in(place.name)}


def _place(item: Item) -> ParkingPlace:
    name, organization_id = str(item["sk"]).removeprefix(PLACE), str(item["pk"]).removeprefix("ORG#")
    looked_to = _read(item["looked"]) if "looked" in item else None
    return ParkingPlace(name, organization_id, int(item["touched"]), bool(item["waiting"]), looked_to)


def _item(place: ParkingPlace) -> Item:
    looked = {"looked": _written(place.looked_to)} if place.looked_to else {}
    return {
        "pk": f"ORG#{place.organization_id}",
        "sk": PLACE + place.name,
        "touched": place.changed_at,
        "waiting": int(place.waiting),
        "wake_pk": "PLACES",
        "wake_sk": place.name,
        **looked,
    }


def _written(parked: tuple[int, str] | None) -> str:
    """A place in the order of arrival; before everybody's for ``None``."""
    return position_of(*parked) if parked else "#"


def _read(position: object) -> tuple[int, str]:
    place = str(position)
    return instant_of(place), place.partition("#")[2]


def _intent_id(row: Item) -> str:
    return str(row["pk"]).removeprefix("INTENT#")
