"""Organizations, instances, keys and usage: what the Gate reads in one range, and who may ask."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.intents import shard_of
from chalicelib.adapters.dynamodb.journals import entries_of, journal_page, journal_pk
from chalicelib.adapters.dynamodb.packing import pack, unpack
from chalicelib.adapters.dynamodb.table import packed
from chalicelib.application.ports.directory import ApiKey, InstancePage, Member, Membership
from chalicelib.domain.instance import Instance
from chalicelib.domain.organization import Organization
from chalicelib.domain.role import Role
from chalicelib.domain.session import next_look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table
    from chalicelib.application.ports.directory import JournalPage
    from chalicelib.domain.instance import JournalType

ORGANIZATION = "GATE#ORG"
INSTANCE = "GATE#INST#"
_KEY = "KEY#"
_USER = "USER#"
_ACTORS = {"key_": _KEY, "usr_": _USER}


class DynamoDirectory:
    """Stores organizations, instances, keys and members."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put_organization(self, organization: Organization) -> bool:
        """Store an organization with its news on the version it was derived from: all or nothing."""
        item: Item = {
            "pk": org_pk(organization.id),
            "sk": ORGANIZATION,
            "body": pack(organization, "version", "news"),
            "v": organization.version + 1,
        }
        news = entries_of(journal_pk("ORG", organization.id), organization.version, organization.news)
        return self._table.put_version(item, organization.version, beside=news) is None

    def organization(self, organization_id: str) -> Organization | None:
        """An organization."""
        item = self._table.get(org_pk(organization_id), ORGANIZATION)
        return organization_in(item) if item else None

    def put_instance(self, instance: Instance) -> bool:
        """Store an instance with its news on the version it was derived from: all or nothing."""
        item: Item = {
            "pk": org_pk(instance.organization_id),
            "sk": INSTANCE + instance.id,
            "body": pack(instance, "id", "organization_id", "version", "news"),
            "v": instance.version + 1,
        }
        item |= _look_keys(instance)
        news = entries_of(journal_pk("INST", instance.id), instance.version, instance.news)
        return self._table.put_version(item, instance.version, beside=news) is None

    def instance(self, organization_id: str, instance_id: str) -> Instance | None:
        """An instance."""
        item = self._table.get(org_pk(organization_id), INSTANCE + instance_id)
        return instance_in(item) if item else None

    def instances(self, organization_id: str, after: str | None, limit: int) -> InstancePage:
        """Instances of one organization."""
        low, high = INSTANCE + (after or ""), INSTANCE + "~"
        values = {":pk": org_pk(organization_id), ":low": low, ":high": high}
        rows = self._table.first("pk = :pk AND sk BETWEEN :low AND :high", values, limit + 2)
        found = [one for one in map(instance_in, rows) if one.id != after]
        shown = found[:limit]
        return InstancePage(tuple(shown), shown[-1].id if len(found) > limit else None)

    def journal(self, instance_id: str, after: str | None, limit: int) -> JournalPage:
        """What happened to an instance, newest first."""
        return journal_page(self._table, journal_pk("INST", instance_id), after, limit)

    def organization_journal(
        self, organization_id: str, after: str | None, limit: int, kind: JournalType | None = None
    ) -> JournalPage:
        """What happened to an organization, newest first."""
        return journal_page(self._table, journal_pk("ORG", organization_id), after, limit, kind)

    def put_key(self, key: ApiKey) -> None:
        """Store an API key, found by its hash and listed under its organization."""
        body = packed([key.id, key.organization_id, key.name])
        self._table.put({"pk": f"KEYHASH#{key.digest}", "sk": "KEY", "body": body})
        self._table.put({"pk": org_pk(key.organization_id), "sk": _KEY + key.id, "body": body, "digest": key.digest})

    def put_member(self, member: Member) -> None:
        """Store a member and, once they can sign in, what their sign-in finds them by."""
        body = packed([member.email, member.role, member.subject])
        self._table.put({"pk": org_pk(member.organization_id), "sk": _USER + member.id, "body": body})
        if member.subject:
            found = packed([member.organization_id, member.id])
            self._table.put({"pk": f"LOGIN#{member.subject}", "sk": "LOGIN", "body": found})

    def login(self, subject: str) -> tuple[str, str] | None:
        """The organization's and the member's id of an identity."""
        item = self._table.get(f"LOGIN#{subject}", "LOGIN")
        if item is None:
            return None
        organization_id, user_id = json.loads(str(item["body"]))
        return organization_id, user_id

    def membership(self, organization_id: str, user_id: str) -> Membership | None:
        """A member with their organization: one read."""
        pk = org_pk(organization_id)
        items = {str(item["sk"]): item for item in self._table.get_many([(pk, ORGANIZATION), (pk, _USER + user_id)])}
        if len(items) < 2:  # noqa: PLR2004 - the two that were asked for
            return None
        return Membership(organization_in(items[ORGANIZATION]), _member(items[_USER + user_id]))

    def actor_names(self, organization_id: str, ids: Sequence[str]) -> dict[str, str]:
        """Names of keys and e-mail addresses of members: one read."""
        pk = org_pk(organization_id)
        sort_keys = [kind + name for name in ids for start, kind in _ACTORS.items() if name.startswith(start)]
        return dict(_actor(item) for item in self._table.get_many([(pk, sk) for sk in sort_keys]))

    def key(self, digest: str) -> ApiKey | None:
        """The API key with this SHA-256 digest (hex)."""
        item = self._table.get(f"KEYHASH#{digest}", "KEY")
        if item is None:
            return None
        key_id, organization_id, name = json.loads(str(item["body"]))
        return ApiKey(key_id, organization_id, name, digest)


def org_pk(organization_id: str) -> str:
    """The partition of everything that belongs to an organization."""
    return f"ORG#{organization_id}"


def organization_in(item: Item) -> Organization:
    """The organization that an item holds."""
    return unpack(Organization, str(item["body"]), version=int(item["v"]))


def instance_in(item: Item) -> Instance:
    """The instance that an item holds."""
    organization_id = str(item["pk"]).removeprefix("ORG#")
    named = {"id": str(item["sk"]).removeprefix(INSTANCE), "organization_id": organization_id}
    return unpack(Instance, str(item["body"]), **named, version=int(item["v"]))


def _member(item: Item) -> Member:
    organization_id, user_id = str(item["pk"]).removeprefix("ORG#"), str(item["sk"]).removeprefix(_USER)
    email, role, *subject = json.loads(str(item["body"]))  # members of before sign-in have no subject
    return Member(user_id, organization_id, email, Role(role), *subject)


def _actor(item: Item) -> tuple[str, str]:
    if str(item["sk"]).startswith(_USER):
        member = _member(item)
        return member.id, member.email
    key_id, _, name = json.loads(str(item["body"]))
    return key_id, name


def _look_keys(instance: Instance) -> Item:
    due = next_look(instance)
    if due is None:
        return {}
    return {"wake_pk": f"LOOK#{shard_of(instance.id)}", "wake_sk": f"{due:013d}#{instance.id}"}
