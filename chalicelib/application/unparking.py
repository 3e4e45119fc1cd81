"""Lets go of whoever waits in a parking place, oldest first, once what they wait for is there."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.application.ports.gate_queue import BATCH
from chalicelib.domain.campaign import is_campaign_place, runs_again
from chalicelib.domain.instance import FINAL
from chalicelib.domain.listing import position
from chalicelib.domain.parking import Line, line_in, subject_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.application.ports.alarms import Alarms, ParkingPlace
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.intents import Intents
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.view import View


@dataclass(frozen=True, slots=True)
class Unparking:
    """Asks the Gate about those who wait in places."""

    alarms: Alarms
    intents: Intents
    views: GateViews
    gatekeeper: Gatekeeper
    clock: Clock

    def is_open(self, place: str, view: View) -> bool:
        """Whether asking about a place makes sense: somebody can leave, or nobody ever will and must be told so."""
        return self._askable(place, view) > 0

    def look(self, organization_id: str, place: str, stop_at: float) -> bool:
        """Ask about those who wait in a place, oldest first, while the place is open.

        A line stands for all lines of its organization. They are served in their order, and those of one name
        together: whoever may use only one number and whoever may use any take turns by when they were accepted.

        Args:
            organization_id: Whose intents.
            place: The place's name.
            stop_at: When to stop, on the monotonic clock.

        Returns:
            Whether it is done with; ``False`` when the time was over before.
        """
        known = self.alarms.places_of(organization_id)
        if line_in(place) is None:
            return self._serve([one for one in known if one.name == place], stop_at)
        return all(self._serve([one for one in known if line_in(one.name) is line], stop_at) for line in Line)

    def _serve(self, places: Sequence[ParkingPlace], stop_at: float) -> bool:
        """Ask about those who wait in several places as if these were one, as long as there is room for them."""
        if not places:
            return True
        view = self.views.load(places[0].organization_id)
        opened = [place for place in places if self.is_open(place.name, view)]
        stayed: set[str] = set()
        heads = merge(*(self._waiting(place.name, stayed) for place in opened))
        while most := min(BATCH, sum(self._askable(place.name, view) for place in opened)):
            if self.clock.monotonic() >= stop_at:
                return False
            batch = list(islice(heads, most))
            served = frozenset(place.name for place in opened if not _is_over(place.name, stayed))
            stayed |= self._ask([intent_id for _, intent_id in batch], served)
            if len(batch) < most:
                self._empty(place for place in opened if place.name not in stayed)
                return True
            view = self.views.load(view.organization.id)
        return True

    def _askable(self, place: str, view: View) -> int:
        """How many who wait there can be asked about at once: as many as have room, or a batch of a place's."""
        now = self.clock.now()
        if view.organization.is_paused(now):
            return 0
        if is_campaign_place(place):
            return BATCH if runs_again(place, view.campaigns) else 0
        waited_for = view.waited_for(subject_of(place))
        if all(one.lifecycle in FINAL for one in waited_for):
            return BATCH
        if line_in(place):
            return self.gatekeeper.room(view, place, BATCH)
        return BATCH if any(one.obstacle(now) is None for one in waited_for) else 0

    def _empty(self, places: Iterable[ParkingPlace]) -> None:
        for place in places:
            if place.waiting:
                self.alarms.empty_place(place, self.clock.now())

    def _waiting(self, place: str, stayed: Collection[str]) -> Iterator[tuple[int, str]]:
        for waiting in self.alarms.parked(place):
            if _is_over(place, stayed):
                return
            yield waiting

    def _ask(self, intent_ids: Sequence[str], served: frozenset[str]) -> frozenset[str]:
        """Ask about one batch; returns the places in which somebody has to stay."""
        parked = self._parked(intent_ids, served)
        if not parked or self.gatekeeper.decide_again(parked):
            return frozenset()
        return frozenset(place for one in self._parked(intent_ids, served) if (place := one.parked_on))

    def _parked(self, intent_ids: Sequence[str], places: frozenset[str]) -> list[Intent]:
        """Those who really wait in these places, oldest first: the index may lag."""
        found = self.intents.get_many(intent_ids).values()
        return sorted((one for one in found if one.parked_on in places), key=position)


def _is_over(place: str, stayed: Collection[str]) -> bool:
    """Whether those behind in a place need not be asked about: a line's room is used up."""
    return line_in(place) is not None and place in stayed
