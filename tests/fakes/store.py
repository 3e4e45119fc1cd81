"""Everything that lives in the table, in dictionaries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zlib import crc32

from chalicelib.application.ports.alarms import ParkingPlace
from chalicelib.application.ports.contents import MOST_AT_ONCE
from chalicelib.application.ports.directory import InstancePage, JournalPage, Membership
from chalicelib.domain.errors import NotFound
from chalicelib.domain.parking import line_in
from chalicelib.domain.session import next_look
from chalicelib.domain.usage import Usage
from chalicelib.domain.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.application.ports.codes import Code
    from chalicelib.application.ports.directory import ApiKey, Member
    from chalicelib.application.ports.leases import LeaseKind
    from chalicelib.application.ports.provider_events import RawEvent
    from chalicelib.domain.campaign import CampaignControl
    from chalicelib.domain.contact import Alias, Contact
    from chalicelib.domain.control import Lease
    from chalicelib.domain.groups import KnownGroups
    from chalicelib.domain.instance import Instance, JournalEntry, JournalType
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.values import Content
    from tests.fakes.intents import FakeIntents


class FakeContents:
    """Contents by intent and fingerprint."""

    def __init__(self) -> None:
        self._stored: dict[tuple[str, str], Content] = {}

    def put_many(self, contents: Sequence[tuple[Intent, Content]]) -> None:
        """Store, no more at once than the table takes."""
        assert len(contents) <= MOST_AT_ONCE
        self._stored.update({(intent.id, intent.request.fingerprint): content for intent, content in contents})

    def get_many(self, intents: Sequence[Intent]) -> dict[str, Content]:
        """By intent."""
        with_them = {intent.id: intent.content for intent in intents if intent.content is not None}
        keys = {intent.id: (intent.id, intent.request.fingerprint) for intent in intents}
        return {name: self._stored[key] for name, key in keys.items() if key in self._stored} | with_them


class FakeOrganizations:
    """The directory and the Gate's views over the same dictionaries, as in the table."""

    def __init__(self) -> None:
        self.organizations: dict[str, Organization] = {}
        self.known: dict[str, Instance] = {}
        self.usages: dict[str, Usage] = {}
        self.groups: dict[str, KnownGroups] = {}
        self.places: dict[tuple[str, str], ParkingPlace] = {}
        self.members: dict[str, Member] = {}
        self.campaigns: dict[tuple[str, str], CampaignControl] = {}
        self._keys: dict[str, ApiKey] = {}
        self._journals: dict[str, list[tuple[str, JournalEntry]]] = {}

    def put_organization(self, organization: Organization) -> bool:
        """Store on the right version."""
        stored = self.organizations.get(organization.id)
        if (stored.version if stored else 0) != organization.version:
            return False
        self.organizations[organization.id] = organization.stored()
        self._note(organization.id, organization.version, organization.news)
        return True

    def organization(self, organization_id: str) -> Organization | None:
        """By id."""
        return self.organizations.get(organization_id)

    def put_instance(self, instance: Instance) -> bool:
        """Store on the right version, with its news."""
        stored = self.known.get(instance.id)
        if (stored.version if stored else 0) != instance.version:
            return False
        self.known[instance.id] = instance.stored()
        self._note(instance.id, instance.version, instance.news)
        return True

    def instance(self, organization_id: str, instance_id: str) -> Instance | None:
        """By ids."""
        known = self.known.get(instance_id)
        return known if known and known.organization_id == organization_id else None

    def instances(self, organization_id: str, after: str | None, limit: int) -> InstancePage:
        """By id."""
        mine = [one for name, one in sorted(self.known.items()) if one.organization_id == organization_id]
        left = [one for one in mine if after is None or one.id > after]
        return InstancePage(tuple(left[:limit]), left[limit - 1].id if len(left) > limit else None)

    def journal(self, instance_id: str, after: str | None, limit: int) -> JournalPage:
        """Newest first."""
        return self._page(instance_id, after, limit)

    def _page(self, name: str, after: str | None, limit: int, kind: JournalType | None = None) -> JournalPage:
        fitting = [pair for pair in self._journals.get(name, []) if kind in {None, pair[1].type}]
        keyed = sorted(fitting, key=lambda pair: pair[0], reverse=True)
        left = [pair for pair in keyed if after is None or pair[0] < after]
        entries = tuple(entry for _, entry in left[:limit])
        return JournalPage(entries, left[limit - 1][0] if len(left) > limit else None)

    def organization_journal(
        self, organization_id: str, after: str | None, limit: int, kind: JournalType | None = None
    ) -> JournalPage:
        """Newest first."""
        return self._page(organization_id, after, limit, kind)

    def _note(self, name: str, version: int, news: Sequence[JournalEntry]) -> None:
        journal = self._journals.setdefault(name, [])
        journal += [(f"{entry.at:013d}#{version:06d}#{index}", entry) for index, entry in enumerate(news)]

    def put_key(self, key: ApiKey) -> None:
        """Store."""
        self._keys[key.digest] = key

    def put_member(self, member: Member) -> None:
        """Store."""
        self.members[member.id] = member

    def login(self, subject: str) -> tuple[str, str] | None:
        """By subject."""
        mine = [one for one in self.members.values() if subject and one.subject == subject]
        return (mine[-1].organization_id, mine[-1].id) if mine else None

    def membership(self, organization_id: str, user_id: str) -> Membership | None:
        """By ids."""
        organization, member = self.organizations.get(organization_id), self.members.get(user_id)
        known = organization and member and member.organization_id == organization_id
        return Membership(organization, member) if known and organization and member else None

    def actor_names(self, organization_id: str, ids: Sequence[str]) -> dict[str, str]:
        """By ids."""
        keys = {key.id: key.name for key in self._keys.values() if key.organization_id == organization_id}
        people = {one.id: one.email for one in self.members.values() if one.organization_id == organization_id}
        return {name: found for name in ids if (found := (keys | people).get(name))}

    def key(self, digest: str) -> ApiKey | None:
        """By digest."""
        return self._keys.get(digest)

    def load(self, organization_id: str) -> View:
        """Organization, instances, usages."""
        if organization_id not in self.organizations:
            raise NotFound(organization_id)
        mine = {name: one for name, one in self.known.items() if one.organization_id == organization_id}
        usages = {name: self.usages[name] for name in (*mine, organization_id) if name in self.usages}
        stopped = {name: one for (owner, name), one in self.campaigns.items() if owner == organization_id}
        places = [one for one in self.places.values() if one.organization_id == organization_id and one.waiting]
        lines = {one.name: one.changed_at for one in places if line_in(one.name)}
        groups = {name: self.groups[name] for name in mine if name in self.groups}
        tenant = self.organizations[organization_id]
        return View(tenant, mine, usages, lines, campaigns=stopped, groups=groups)

    def usage(self, organization_id: str, instance_id: str) -> Usage:  # noqa: ARG002 - ids are unique here
        """Usage of one instance."""
        return self.usages.get(instance_id, Usage(instance_id))

    def save_usage(self, organization_id: str, usage: Usage) -> bool:
        """Store on the right version."""
        if self.usage(organization_id, usage.instance_id).version != usage.version:
            return False
        self.usages[usage.instance_id] = replace(usage, version=usage.version + 1)
        return True

    def save_groups(self, organization_id: str, instance_id: str, groups: KnownGroups) -> None:  # noqa: ARG002
        """Store what was learned."""
        self.groups[instance_id] = groups


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

    def parked(self, place: str) -> Iterable[tuple[int, str]]:
        """Parked in a place."""
        found = [one for one in self._intents.stored.values() if one.alarm and one.alarm.parked_on == place]
        return sorted((one.created_at, one.id) for one in found)

    def touch_place(self, organization_id: str, place: str, now: int) -> None:
        """Make known."""
        self._places[organization_id, place] = ParkingPlace(place, organization_id, now)

    def empty_place(self, place: ParkingPlace, now: int) -> None:
        """Nobody waits, unless written since."""
        if self._unchanged(place):
            self._places[place.organization_id, place.name] = replace(place, changed_at=now, waiting=False)

    def forget_place(self, place: ParkingPlace) -> None:
        """Forget unless written since."""
        if self._unchanged(place):
            del self._places[place.organization_id, place.name]

    def _unchanged(self, place: ParkingPlace) -> bool:
        stored = self._places.get((place.organization_id, place.name))
        return stored is not None and stored.changed_at == place.changed_at


class FakeLeases:
    """Leases."""

    def __init__(self) -> None:
        self._held: dict[tuple[LeaseKind, str], tuple[str, Lease]] = {}

    def take(self, kind: LeaseKind, instance_id: str, token: str, lease: Lease) -> bool:
        """Take when free or over."""
        held = self._held.get((kind, instance_id))
        if held and held[1].until >= lease.since:
            return False
        self._held[kind, instance_id] = (token, lease)
        return True

    def release(self, kind: LeaseKind, instance_id: str, token: str) -> None:
        """Free one's own."""
        held = self._held.get((kind, instance_id))
        if held and held[0] == token:
            del self._held[kind, instance_id]

    def held(self, kind: LeaseKind, instance_ids: Iterable[str]) -> dict[str, Lease]:
        """By instance."""
        return {name: self._held[kind, name][1] for name in instance_ids if (kind, name) in self._held}


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
