"""Everything that lives in the table, in dictionaries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zlib import crc32

from chalicelib.application.ports.alarms import ParkingPlace
from chalicelib.application.ports.intents import Page
from chalicelib.domain.errors import NotFound, VersionConflict
from chalicelib.domain.intent import Alarm
from chalicelib.domain.usage import Usage
from chalicelib.domain.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.ports.directory import ApiKey, Member
    from chalicelib.application.ports.provider_events import RawEvent
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.intent import Intent, Status
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.values import Content


class FakeIntents:
    """Intents by id."""

    def __init__(self) -> None:
        self.stored: dict[str, Intent] = {}

    def create(self, intent: Intent) -> Intent | None:
        """Store unless there."""
        if intent.id in self.stored:
            return self.stored[intent.id]
        self.stored[intent.id] = intent
        return None

    def save(self, intent: Intent, based_on: int) -> None:
        """Store on the right version."""
        if intent.id not in self.stored or self.stored[intent.id].version != based_on:
            raise VersionConflict(intent.id)
        self.stored[intent.id] = intent

    def rearm(self, intent: Intent, due: int) -> None:
        """Move the alarm of an unchanged intent."""
        stored = self.stored.get(intent.id)
        if stored and stored.version == intent.version:
            self.stored[intent.id] = replace(stored, alarm=Alarm(due=due))

    def get(self, intent_id: str) -> Intent | None:
        """By id."""
        return self.stored.get(intent_id)

    def get_many(self, intent_ids: Sequence[str]) -> dict[str, Intent]:
        """By ids."""
        return {name: self.stored[name] for name in intent_ids if name in self.stored}

    def page(self, organization_id: str, status: Status | None, after: str | None, limit: int) -> Page:
        """Newest first."""
        mine = [intent for intent in self.stored.values() if intent.organization_id == organization_id]
        keyed = sorted(((f"{intent.created_at:013d}#{intent.id}", intent) for intent in mine), reverse=True)
        left = [(key, intent) for key, intent in keyed if after is None or key < after]
        fitting = [(key, intent) for key, intent in left if status in {None, intent.status}]
        shown = fitting[:limit]
        return Page(tuple(intent for _, intent in shown), shown[-1][0] if len(fitting) > limit else None)


class FakeContents:
    """Contents by intent and fingerprint."""

    def __init__(self) -> None:
        self._stored: dict[tuple[str, str], Content] = {}

    def put(self, intent: Intent, content: Content) -> None:
        """Store."""
        self._stored[intent.id, intent.request.fingerprint] = content

    def get_many(self, intents: Sequence[Intent]) -> dict[str, Content]:
        """By intent."""
        keys = {intent.id: (intent.id, intent.request.fingerprint) for intent in intents}
        return {name: self._stored[key] for name, key in keys.items() if key in self._stored}


class FakeOrganizations:
    """The directory and the Gate's views over the same dictionaries, as in the table."""

    def __init__(self) -> None:
        self.organizations: dict[str, Organization] = {}
        self.instances: dict[str, Instance] = {}
        self.usages: dict[str, Usage] = {}
        self.members: dict[str, Member] = {}
        self._keys: dict[str, ApiKey] = {}

    def put_organization(self, organization: Organization) -> None:
        """Store."""
        self.organizations[organization.id] = organization

    def put_instance(self, instance: Instance) -> bool:
        """Store on the right version."""
        stored = self.instances.get(instance.id)
        if (stored.version if stored else 0) != instance.version:
            return False
        self.instances[instance.id] = replace(instance, version=instance.version + 1)
        return True

    def put_key(self, key: ApiKey) -> None:
        """Store."""
        self._keys[key.digest] = key

    def put_member(self, member: Member) -> None:
        """Store."""
        self.members[member.id] = member

    def key(self, digest: str) -> ApiKey | None:
        """By digest."""
        return self._keys.get(digest)

    def load(self, organization_id: str) -> View:
        """Organization, instances, usages."""
        if organization_id not in self.organizations:
            raise NotFound(organization_id)
        mine = {name: one for name, one in self.instances.items() if one.organization_id == organization_id}
        usages = {name: self.usages[name] for name in mine if name in self.usages}
        return View(self.organizations[organization_id], mine, usages)

    def usage(self, organization_id: str, instance_id: str) -> Usage:  # noqa: ARG002 - ids are unique here
        """Usage of one instance."""
        return self.usages.get(instance_id, Usage(instance_id))

    def save_usage(self, organization_id: str, usage: Usage) -> bool:
        """Store on the right version."""
        if self.usage(organization_id, usage.instance_id).version != usage.version:
            return False
        self.usages[usage.instance_id] = replace(usage, version=usage.version + 1)
        return True


class FakeAlarms:
    """The wake index, read straight from the intents: it never lags."""

    shards = 2

    def __init__(self, intents: FakeIntents) -> None:
        self._intents = intents
        self._places: dict[str, ParkingPlace] = {}

    def due(self, shard: int, now: int, limit: int) -> Sequence[str]:
        """Due alarms of a shard."""
        found = [
            (intent.alarm.due, intent.id)
            for intent in self._intents.stored.values()
            if intent.alarm and intent.alarm.due is not None and intent.alarm.due <= now
        ]
        return [name for _, name in sorted(found) if crc32(name.encode()) % self.shards == shard][:limit]

    def places(self) -> Sequence[ParkingPlace]:
        """Known places."""
        return list(self._places.values())

    def parked(self, subject: str) -> Sequence[str]:
        """Parked on a subject."""
        found = [one for one in self._intents.stored.values() if one.alarm and one.alarm.parked_on == subject]
        return [one.id for one in sorted(found, key=lambda one: (one.created_at, one.id))]

    def touch_place(self, organization_id: str, subject: str, now: int) -> None:
        """Make known."""
        self._places[subject] = ParkingPlace(subject, organization_id, now)

    def forget_place(self, place: ParkingPlace) -> None:
        """Forget unless touched since."""
        if self._places.get(place.subject) == place:
            del self._places[place.subject]


class FakeLanes:
    """Lane leases."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, int]] = {}

    def take(self, instance_id: str, token: str, until: int, now: int) -> bool:
        """Take when free or over."""
        if instance_id in self._held and self._held[instance_id][1] >= now:
            return False
        self._held[instance_id] = (token, until)
        return True

    def release(self, instance_id: str, token: str) -> None:
        """Free one's own."""
        if self._held.get(instance_id, ("", 0))[0] == token:
            del self._held[instance_id]


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
