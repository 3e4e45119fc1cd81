"""Looks at every parking place: has what its intents wait for returned?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotFound
from chalicelib.domain.instance import Connection, Lifecycle
from chalicelib.domain.intent import Status
from chalicelib.domain.values import MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.ports.alarms import Alarms, ParkingPlace
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.directory import Directory
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.provider import Provider
    from chalicelib.application.recovery import Recovery
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.instance import Provider as ProviderName
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.view import View

PLACES = 200
# A place is forgotten when it was found empty and nothing was parked on it for this long: the index may lag.
QUIET = 5 * MINUTE
PAGE = 100


@dataclass(frozen=True, slots=True)
class Unparking:
    """Probes what is parked on, and lets parked intents go, oldest first."""

    alarms: Alarms
    intents: Intents
    views: GateViews
    directory: Directory
    providers: Mapping[ProviderName, Provider]
    recovery: Recovery
    clock: Clock
    journal: Journal

    def look(self, stop_at: float) -> None:
        """Look at every place until the monotonic clock reaches ``stop_at``."""
        for place in self.alarms.places(PLACES):
            if self.clock.monotonic() >= stop_at:
                return
            try:
                view = self.views.load(place.organization_id)
            except NotFound:
                self.journal.note("parking place of an unknown organization", subject=place.subject)
                continue
            usable = self._usable(place.subject, view)
            self._let_go(place, stop_at, usable=usable)

    def _usable(self, subject: str, view: View) -> bool:
        if view.organization.paused:
            return False
        waited_for = [view.instances[subject]] if subject in view.instances else list(view.instances.values())
        usable = [self._probe(instance) for instance in waited_for]
        return any(usable)

    def _probe(self, instance: Instance) -> bool:
        if instance.paused or instance.lifecycle in {Lifecycle.BANNED, Lifecycle.RETIRED}:
            return False
        if instance.connection is Connection.CONNECTED:
            return True
        connection = self.providers[instance.provider].connection(instance)
        if connection is not instance.connection:
            self.directory.put_instance(instance.observed(connection, self.clock.now()))
            self.journal.note("connection changed", instance_id=instance.id, connection=connection)
        return connection is Connection.CONNECTED

    def _let_go(self, place: ParkingPlace, stop_at: float, *, usable: bool) -> None:
        seen: set[str] = set()
        while self.clock.monotonic() < stop_at:
            names = [name for name in self.alarms.parked(place.subject, PAGE) if name not in seen]
            seen.update(names)
            parked = [intent for intent in self.intents.get_many(names).values() if _waits_on(intent, place.subject)]
            now = self.clock.now()
            if usable and not seen and now - place.touched_at > QUIET:
                self.alarms.forget_place(place)
            ready = [intent for intent in parked if usable or intent.request.expires_at <= now]
            if not ready:
                return
            self.recovery.decide(sorted(ready, key=lambda intent: intent.created_at), stop_at)


def _waits_on(intent: Intent, subject: str) -> bool:
    return intent.status is Status.QUEUED and intent.alarm is not None and intent.alarm.parked_on == subject
