"""The clock tower: finds unfinished intents whose time has come, and those parked until something returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class ParkingPlace:
    """A place in which intents wait, or waited a while ago.

    Attributes:
        name: Its name, see ``domain/parking.py``.
        organization_id: Whose intents wait there.
        changed_at: When it was last written, ms.
        waiting: Whether somebody waits there, as far as is known.
        looked_to: Whom the sweep looked at last: when it was accepted (ms), and its id; ``None`` at the beginning.
    """

    name: str
    organization_id: str
    changed_at: int
    waiting: bool = True
    looked_to: tuple[int, str] | None = None


class Alarms(Protocol):
    """Reads the wake index. It may lag: whoever finds something here reads the item itself before acting.

    Places are kept in the Gate's range, so that a view tells which lines have somebody waiting.
    """

    @property
    def shards(self) -> int:
        """How many shards there are."""

    def due(self, shard: int, now: int) -> Iterable[str]:
        """Ids of intents of one shard whose alarm is due, oldest alarm first, read as they are consumed."""

    def looks(self, shard: int, now: int, limit: int) -> Sequence[tuple[str, str]]:
        """Organization id and id of instances of one shard whose session is due to be asked for, longest due first."""

    def places(self) -> Iterable[ParkingPlace]:
        """Places of all organizations; a new one may be missing for a moment."""

    def places_of(self, organization_id: str) -> Sequence[ParkingPlace]:
        """Places of one organization (strongly consistent)."""

    def parked(self, place: str, after: tuple[int, str] | None = None) -> Iterable[tuple[int, str]]:
        """When each intent parked in a place was accepted (ms), and its id: oldest first, read as they are consumed.

        Args:
            place: Its name.
            after: Only those behind this one.
        """

    def touch_place(self, organization_id: str, place: str, now: int) -> None:
        """Make it known that somebody waits in a place: before an intent is parked there, so that none is overlooked.

        Not needed where a view just read shows somebody waiting: such a place is emptied first, and forgotten no
        sooner than minutes after that.
        """

    def look_place(self, place: ParkingPlace, looked_to: tuple[int, str] | None) -> None:
        """Note whom the sweep looked at last, unless the place was written since."""

    def empty_place(self, place: ParkingPlace, now: int) -> None:
        """Make it known that nobody waits in a place any more, unless it was written since."""

    def forget_place(self, place: ParkingPlace) -> None:
        """Drop a place that was found empty, unless it was written since."""
