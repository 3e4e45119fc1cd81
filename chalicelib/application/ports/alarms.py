"""The clock tower: finds unfinished intents whose time has come, and those parked until something returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class ParkingPlace:
    """A non-empty parking place.

    Attributes:
        subject: Id of the instance or organization the parked intents wait for.
        organization_id: Whose intents they are.
        touched_at: When something was last parked here, ms.
    """

    subject: str
    organization_id: str
    touched_at: int


class Alarms(Protocol):
    """Reads the wake index. It may lag: whoever finds something here reads the item itself before acting."""

    def due(self, shard: int, now: int, limit: int) -> Sequence[str]:
        """Ids of intents of one shard whose alarm is due, oldest alarm first."""

    def looks(self, shard: int, now: int, limit: int) -> Sequence[tuple[str, str]]:
        """Organization id and id of instances of one shard whose session is due to be asked for, longest due first."""

    @property
    def shards(self) -> int:
        """How many shards there are."""

    def places(self) -> Iterable[ParkingPlace]:
        """Parking places that may hold intents."""

    def parked(self, subject: str) -> Iterable[str]:
        """Ids of intents parked on ``subject``, oldest first, read as they are consumed."""

    def touch_place(self, organization_id: str, subject: str, now: int) -> None:
        """Make a parking place known; called before intents are parked on it, so that none is ever overlooked."""

    def forget_place(self, place: ParkingPlace) -> None:
        """Drop a parking place that was found empty, unless something was parked on it since."""
