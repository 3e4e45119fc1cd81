"""Looks at every parking place: has what its intents wait for returned?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.instance import FINAL
from chalicelib.domain.values import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.application.ports.alarms import Alarms, ParkingPlace
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.recovery import Recovery
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.view import View

# A place is forgotten when it was found empty and nothing was parked on it for this long: the index may lag.
QUIET = 5 * MINUTE
PAGE = 100


@dataclass(frozen=True, slots=True)
class Unparking:
    """Lets parked intents go, oldest first."""

    alarms: Alarms
    intents: Intents
    views: GateViews
    recovery: Recovery
    fan_out: FanOut
    clock: Clock
    journal: Journal

    def look(self, stop_at: float) -> None:
        """Look at every place until the monotonic clock reaches ``stop_at``."""
        places = list(self.alarms.places())
        views = self._views({place.organization_id for place in places})
        for place in places:
            if self.clock.monotonic() >= stop_at:
                return
            if place.organization_id in views:
                returned = _returned(place.subject, views[place.organization_id], self.clock.now())
                work = partial(self._let_go, place, stop_at, returned=returned)
                isolated(self.journal, "unparking", work)

    def _views(self, organization_ids: Iterable[str]) -> dict[str, View]:
        views: dict[str, View] = {}

        def load(organization_id: str) -> None:
            views[organization_id] = self.views.load(organization_id)

        tasks = [partial(load, organization_id) for organization_id in organization_ids]
        self.fan_out([partial(isolated, self.journal, "loading an organization", task) for task in tasks])
        return views

    def _let_go(self, place: ParkingPlace, stop_at: float, *, returned: bool) -> None:
        """Ask the Gate again about everything parked here, or only about the expired among the oldest."""
        parked = iter(self.alarms.parked(place.subject))
        page = list(islice(parked, PAGE))
        if not page and self.clock.now() - place.touched_at > QUIET:
            self.alarms.forget_place(place)
        while page and self.clock.monotonic() < stop_at:
            now = self.clock.now()
            found = self.intents.get_many(page).values()
            ready = [one for one in found if one.parked_on == place.subject and (returned or one.expired(now))]
            self.recovery.decide(ready, stop_at)
            page = list(islice(parked, PAGE)) if returned else []


def _waited_for(subject: str, view: View) -> list[Instance]:
    """The numbers whose return a place waits for: one, or any of the organization."""
    return [view.instances[subject]] if subject in view.instances else list(view.instances.values())


def _returned(subject: str, view: View, now: int) -> bool:
    """Whether the Gate should be asked again: something can send, or nothing ever will and it must say so."""
    if view.organization.is_paused(now):
        return False
    waited_for = _waited_for(subject, view)
    usable = any(one.obstacle(now) is None for one in waited_for)
    return usable or all(one.lifecycle in FINAL for one in waited_for)
