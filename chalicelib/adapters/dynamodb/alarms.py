"""The wake index: due alarms, parking places and who is parked there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.intents import SHARDS
from chalicelib.application.ports.alarms import ParkingPlace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table

_INDEX = "by_wake"


class DynamoAlarms:
    """Reads the wake index and keeps the list of parking places."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @property
    def shards(self) -> int:
        """How many shards there are."""
        return SHARDS

    def due(self, shard: int, now: int, limit: int) -> Sequence[str]:
        """Ids of intents of one shard whose alarm is due, oldest alarm first."""
        values = {":pk": f"WAKE#{shard}", ":now": f"{now + 1:013d}"}
        rows, _ = self._table.index_page(_INDEX, "wake_pk = :pk AND wake_sk < :now", values, limit)
        return [_intent_id(row) for row in rows]

    def looks(self, shard: int, now: int, limit: int) -> Sequence[tuple[str, str]]:
        """Organization id and id of instances of one shard whose session is due to be asked for."""
        values = {":pk": f"LOOK#{shard}", ":now": f"{now + 1:013d}"}
        rows, _ = self._table.index_page(_INDEX, "wake_pk = :pk AND wake_sk < :now", values, limit)
        return [(str(row["pk"]).removeprefix("ORG#"), str(row["sk"]).removeprefix("GATE#INST#")) for row in rows]

    def places(self) -> Iterable[ParkingPlace]:
        """Parking places that may hold intents."""
        rows = self._table.query("wake_pk = :pk", {":pk": "PLACES"}, index=_INDEX)
        items = self._table.get_many((str(row["pk"]), str(row["sk"])) for row in rows)
        return [_place(item) for item in items]

    def parked(self, subject: str) -> Iterable[str]:
        """Ids of intents parked on ``subject``, oldest first, read as they are consumed."""
        rows = self._table.query("wake_pk = :pk", {":pk": f"PARK#{subject}"}, index=_INDEX)
        return (_intent_id(row) for row in rows)

    def touch_place(self, organization_id: str, subject: str, now: int) -> None:
        """Make a parking place known."""
        self._table.put(
            {
                "pk": f"PLACE#{subject}",
                "sk": "PLACE",
                "place_org": organization_id,
                "touched": now,
                "wake_pk": "PLACES",
                "wake_sk": subject,
            }
        )

    def forget_place(self, place: ParkingPlace) -> None:
        """Drop a parking place, unless something was parked on it since."""
        self._table.delete_if(f"PLACE#{place.subject}", "PLACE", "touched = :seen", {":seen": place.touched_at})


def _intent_id(row: Item) -> str:
    return str(row["pk"]).removeprefix("INTENT#")


def _place(item: Item) -> ParkingPlace:
    subject = str(item["pk"]).removeprefix("PLACE#")
    return ParkingPlace(subject, str(item["place_org"]), int(item["touched"]))
