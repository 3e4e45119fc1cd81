"""The wake index: due alarms, parking places and who is parked there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.intents import SHARDS
from chalicelib.application.ports.alarms import ParkingPlace
from chalicelib.domain.parking import line_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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

    def parked(self, place: str) -> Iterable[tuple[int, str]]:
        """When each intent parked in a place was accepted, and its id, oldest first."""
        rows = self._table.query("wake_pk = :pk", {":pk": f"PARK#{place}"}, index=_INDEX)
        return _positions(rows)

    def touch_place(self, organization_id: str, place: str, now: int) -> None:
        """Make it known that somebody waits in a place."""
        self._table.put(_item(ParkingPlace(place, organization_id, now)))

    def empty_place(self, place: ParkingPlace, now: int) -> None:
        """Make it known that nobody waits in a place any more, unless it was written since."""
        item = _item(ParkingPlace(place.name, place.organization_id, now, waiting=False))
        self._table.put_if(item, "touched = :seen", {":seen": place.changed_at})

    def forget_place(self, place: ParkingPlace) -> None:
        """Drop a place, unless it was written since."""
        pk, sk = f"ORG#{place.organization_id}", PLACE + place.name
        self._table.delete_if(pk, sk, "touched = :seen", {":seen": place.changed_at})

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
    return ParkingPlace(name, organization_id, int(item["touched"]), waiting=bool(item["waiting"]))


def _item(place: ParkingPlace) -> Item:
    return {
        "pk": f"ORG#{place.organization_id}",
        "sk": PLACE + place.name,
        "touched": place.changed_at,
        "waiting": int(place.waiting),
        "wake_pk": "PLACES",
        "wake_sk": place.name,
    }


def _positions(rows: Iterable[Item]) -> Iterator[tuple[int, str]]:
    for row in rows:
        accepted_at, _, intent_id = str(row["wake_sk"]).partition("#")
        yield int(accepted_at), intent_id


def _intent_id(row: Item) -> str:
    return str(row["pk"]).removeprefix("INTENT#")
