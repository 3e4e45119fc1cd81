"""Everything that lives in the table, in dictionaries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zlib import crc32

from chalicelib.application.ports.alarms import ParkingPlace
from chalicelib.application.ports.contents import MOST_AT_ONCE
from chalicelib.domain.control import NO_CALLS
from chalicelib.domain.session import next_look
from chalicelib.domain.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.application.ports.codes import Code
    from chalicelib.application.ports.leases import LeaseKind
    from chalicelib.application.ports.provider_events import RawEvent
    from chalicelib.domain.calls import Calls
    from chalicelib.domain.contact import Alias, Contact
    from chalicelib.domain.control import Lease
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content
    from tests.fakes.intents import FakeIntents
    from tests.fakes.organizations import FakeOrganizations


# Longer texts are stored apart: few enough letters for both to happen.
_SHORT = 20


class FakeContents:
    """Contents by intent and fingerprint."""

    def __init__(self) -> None:
        self._stored: dict[tuple[str, str], Content] = {}

    def is_short(self, content: Content) -> bool:
        """A few words."""
        return isinstance(content, Text) and len(content.text) <= _SHORT

    def put_many(self, contents: Sequence[tuple[Intent, Content]]) -> None:
        """Store, no more at once than the table takes."""
        assert len(contents) <= MOST_AT_ONCE
        self._stored.update({(intent.id, intent.request.fingerprint): content for intent, content in contents})

    def get_many(self, intents: Sequence[Intent]) -> dict[str, Content]:
        """By intent."""
        with_them = {intent.id: intent.content for intent in intents if intent.content is not None}
        keys = {intent.id: (intent.id, intent.request.fingerprint) for intent in intents}
        return {name: self._stored[key] for name, key in keys.items() if key in self._stored} | with_them


class FakeAlarms:
    """The wake index, read straight from the intents: it never lags."""

    shards = 2

    def __init__(self, intents: FakeIntents, organizations: FakeOrganizations) -> None:
        self._intents = intents
        self._organizations = organizations
        self._places = organizations.places

    def due(self, shard: int, now: int) -> Sequence[str]:
        """Due alarms of a shard."""
        found = [
            (intent.alarm.due, intent.id)
            for intent in self._intents.stored.values()
            if intent.alarm and intent.alarm.due is not None and intent.alarm.due <= now
        ]
        return [name for _, name in sorted(found) if crc32(name.encode()) % self.shards == shard]

    def looks(self, shard: int, now: int, limit: int) -> Sequence[tuple[str, str]]:
        """Due looks of a shard."""
        known = self._organizations.known.values()
        due = [(at, one) for one in known if (at := next_look(one)) is not None and at <= now]
        mine = [(at, one.organization_id, one.id) for at, one in due if crc32(one.id.encode()) % self.shards == shard]
        return [(organization_id, name) for _, organization_id, name in sorted(mine)][:limit]

    def places(self) -> Sequence[ParkingPlace]:
        """Known places."""
        return list(self._places.values())

    def places_of(self, organization_id: str) -> Sequence[ParkingPlace]:
        """Known places of one organization."""
        return [one for one in self._places.values() if one.organization_id == organization_id]

    def parked(self, place: str, after: tuple[int, str] | None = None) -> Iterable[tuple[int, str]]:
        """Parked in a place."""
        found = [one for one in self._intents.stored.values() if one.alarm and one.alarm.parked_on == place]
        return sorted((one.created_at, one.id) for one in found if (one.created_at, one.id) > (after or (0, "")))

    def touch_place(self, organization_id: str, place: str, now: int) -> None:
        """Make known."""
        self._places[organization_id, place] = ParkingPlace(place, organization_id, now)

    def look_place(self, place: ParkingPlace, looked_to: tuple[int, str] | None) -> None:
        """Noted, unless written since."""
        if self._unchanged(place):
            self._places[place.organization_id, place.name] = replace(place, looked_to=looked_to)

    def empty_place(self, place: ParkingPlace, now: int) -> None:
        """Nobody waits, unless written since."""
        if self._unchanged(place):
            self._places[place.organization_id, place.name] = ParkingPlace(
                place.name, place.organization_id, now, waiting=False
            )

    def forget_place(self, place: ParkingPlace) -> None:
        """Forget unless written since."""
        if self._unchanged(place):
            del self._places[place.organization_id, place.name]

    def _unchanged(self, place: ParkingPlace) -> bool:
        stored = self._places.get((place.organization_id, place.name))
        return stored is not None and stored.changed_at == place.changed_at


class FakeLeases:
    """Leases; one that was given back stays, without a holder, for what left under it."""

    def __init__(self) -> None:
        self._known: dict[tuple[LeaseKind, str], tuple[str, Lease]] = {}

    def take(self, kind: LeaseKind, instance_id: str, token: str, lease: Lease) -> Lease | None:
        """Take when free or over."""
        _, before = self._known.get((kind, instance_id), ("", None))
        if before and before.until >= lease.since:
            return None
        taken = lease.inherited(before)
        self._known[kind, instance_id] = (token, taken)
        return taken

    def release(self, kind: LeaseKind, instance_id: str, token: str, calls: Calls = NO_CALLS) -> None:
        """Free one's own."""
        holder, lease = self._known.get((kind, instance_id), ("", None))
        if lease and holder == token:
            self._known[kind, instance_id] = ("", replace(lease, until=0, calls=calls))

    def held(self, kind: LeaseKind, instance_ids: Iterable[str]) -> dict[str, Lease]:
        """By instance."""
        known = {name: self._known[kind, name] for name in instance_ids if (kind, name) in self._known}
        return {name: lease for name, (_, lease) in known.items() if lease.until}


class FakeContacts:
    """Contacts and aliases."""

    def __init__(self) -> None:
        self._stored: dict[tuple[str, str], Contact] = {}
        self._owners: dict[tuple[str, Alias], str] = {}

    def get_many(self, names: Iterable[tuple[str, str]]) -> dict[str, Contact]:
        """By ids."""
        return {name[1]: self._stored[name] for name in names if name in self._stored}

    def save(self, contact: Contact) -> bool:
        """Store on the right version."""
        name = (contact.organization_id, contact.id)
        stored = self._stored.get(name)
        if (stored.version if stored else 0) != contact.version:
            return False
        self._stored[name] = replace(contact, version=contact.version + 1)
        return True

    def owners(self, organization_id: str, aliases: Sequence[Alias]) -> dict[Alias, str]:
        """By alias."""
        return {one: self._owners[organization_id, one] for one in aliases if (organization_id, one) in self._owners}

    def point(self, organization_id: str, alias: Alias, contact_id: str) -> None:
        """Point."""
        self._owners[organization_id, alias] = contact_id


class FakeCodes:
    """Codes by instance."""

    def __init__(self) -> None:
        self._stored: dict[str, Code] = {}

    def put(self, instance_id: str, code: Code) -> None:
        """Keep."""
        self._stored[instance_id] = code

    def get(self, instance_id: str) -> Code | None:
        """By instance."""
        return self._stored.get(instance_id)


class FakeProviderEvents:
    """Kept events, and the pointers in the order they were queued."""

    def __init__(self) -> None:
        self._stored: dict[str, RawEvent] = {}
        self.pointers: list[str] = []

    def keep(self, event: RawEvent) -> None:
        """Store and queue."""
        self._stored[event.id] = event
        self.pointers.append(event.id)

    def get(self, event_id: str) -> RawEvent | None:
        """By id."""
        return self._stored.get(event_id)
