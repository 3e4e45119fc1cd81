"""The sweep of the parking places: which of them may let somebody go, who in them has expired, which are empty?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.values import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.application.ports.alarms import Alarms, ParkingPlace
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.unparking import Unparking
    from chalicelib.application.waking import Waking
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.view import View

# Nobody waits in a place that was found empty when nobody came for this long; it is forgotten after as long again and
# more: the index may lag, and whoever saw somebody wait there joins without saying so.
LAG, QUIET = MINUTE, 5 * MINUTE
# So many in each place are looked at: have they expired? Each minute those behind the last ones, at the end the oldest.
PAGE = 100
# So many places are looked at side by side.
BATCH = 20


@dataclass(frozen=True, slots=True)
class PlaceSweep:
    """Looks at every place; whoever may leave is asked about by queue."""

    alarms: Alarms
    intents: Intents
    views: GateViews
    unparking: Unparking
    waking: Waking
    fan_out: FanOut
    clock: Clock
    journal: Journal

    def run(self, stop_at: float) -> None:
        """Look at every place until the monotonic clock reaches ``stop_at``."""
        places = list(self.alarms.places())
        if not places or self.waking.behind():
            return
        views = self._views({place.organization_id for place in places})
        known = [place for place in places if place.organization_id in views]
        ready: dict[str, list[str]] = defaultdict(list)
        expired: list[Intent] = []
        for start in range(0, len(known), BATCH):
            if self.clock.monotonic() >= stop_at:
                self.journal.note("places postponed", count=len(known) - start)
                break
            looks = [
                partial(self._look_at, place, views[place.organization_id], ready, expired)
                for place in known[start : start + BATCH]
            ]
            self.fan_out([partial(isolated, self.journal, "looking at a place", look) for look in looks])
        self.waking.intents(sorted(expired, key=lambda intent: intent.request.expires_at))
        for organization_id, names in ready.items():
            self.waking.places(organization_id, names)

    def _views(self, organization_ids: Iterable[str]) -> dict[str, View]:
        views: dict[str, View] = {}

        def load(organization_id: str) -> None:
            views[organization_id] = self.views.load(organization_id)

        tasks = [partial(load, organization_id) for organization_id in organization_ids]
        self.fan_out([partial(isolated, self.journal, "loading an organization", task) for task in tasks])
        return views

    def _look_at(self, place: ParkingPlace, view: View, ready: dict[str, list[str]], expired: list[Intent]) -> None:
        waiting = self._next(place)
        if not waiting:
            self._leave(place)
            return
        if not place.waiting:
            # Somebody came while it was being emptied: newcomers must not overtake them.
            self.alarms.touch_place(place.organization_id, place.name, self.clock.now())
        if self.unparking.is_open(place.name, view):
            ready[place.organization_id].append(place.name)
        expired.extend(self._expired([intent_id for _, intent_id in waiting]))

    def _next(self, place: ParkingPlace) -> list[tuple[int, str]]:
        """Those who are looked at this time: none when nobody waits there."""
        waiting = list(islice(self.alarms.parked(place.name, place.looked_to), PAGE))
        if not waiting and place.looked_to:
            waiting = list(islice(self.alarms.parked(place.name), PAGE))
        looked_to = waiting[-1] if len(waiting) == PAGE else None
        if looked_to != place.looked_to:
            self.alarms.look_place(place, looked_to)
        return waiting

    def _leave(self, place: ParkingPlace) -> None:
        now = self.clock.now()
        quiet_for = now - place.changed_at
        if place.waiting and quiet_for > LAG:
            self.alarms.empty_place(place, now)
        elif not place.waiting and quiet_for > QUIET:
            self.alarms.forget_place(place)

    def _expired(self, intent_ids: list[str]) -> list[Intent]:
        now = self.clock.now()
        return [one for one in self.intents.get_many(intent_ids).values() if one.parked_on and one.expired(now)]
