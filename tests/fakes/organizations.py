"""Organizations with their numbers, keys, people and reservations, in dictionaries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.application.ports.directory import InstancePage, JournalPage, Membership
from chalicelib.domain.errors import NotFound
from chalicelib.domain.parking import line_in
from chalicelib.domain.usage import Usage
from chalicelib.domain.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.ports.alarms import ParkingPlace
    from chalicelib.application.ports.directory import ApiKey, Member
    from chalicelib.domain.campaign import CampaignControl
    from chalicelib.domain.groups import KnownGroups
    from chalicelib.domain.instance import Instance, JournalEntry, JournalType
    from chalicelib.domain.organization import Organization


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
