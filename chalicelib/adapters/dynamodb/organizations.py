"""Organizations, instances, keys and usage: what the Gate reads in one range, and who may ask."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.intents import shard_of
from chalicelib.adapters.dynamodb.packing import pack, unpack
from chalicelib.adapters.dynamodb.table import packed
from chalicelib.application.ports.directory import ApiKey, InstancePage, JournalPage, Member, Membership
from chalicelib.domain.errors import NotFound
from chalicelib.domain.instance import Instance, JournalEntry, JournalType
from chalicelib.domain.organization import Organization
from chalicelib.domain.role import Role
from chalicelib.domain.session import next_look
from chalicelib.domain.usage import Usage, Window
from chalicelib.domain.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table

_ORGANIZATION = "GATE#ORG"
_INSTANCE = "GATE#INST#"
_USAGE = "GATE#USAGE#"
_KEY = "KEY#"
_USER = "USER#"
_ACTORS = {"key_": _KEY, "usr_": _USER}


class DynamoDirectory:
    """Stores organizations, instances, keys and members."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put_organization(self, organization: Organization) -> bool:
        """Store an organization on the version it was derived from."""
        item: Item = {
            "pk": _pk(organization.id),
            "sk": _ORGANIZATION,
            "body": pack(organization, "version"),
            "v": organization.version + 1,
        }
        return self._table.put_version(item, organization.version) is None

    def organization(self, organization_id: str) -> Organization | None:
        """An organization."""
        item = self._table.get(_pk(organization_id), _ORGANIZATION)
        return _organization(item) if item else None

    def put_instance(self, instance: Instance) -> bool:
        """Store an instance with its news on the version it was derived from: all or nothing."""
        item: Item = {
            "pk": _pk(instance.organization_id),
            "sk": _INSTANCE + instance.id,
            "body": pack(instance, "organization_id", "version", "news"),
            "v": instance.version + 1,
        }
        item |= _look_keys(instance)
        news = [_news(instance, index, entry) for index, entry in enumerate(instance.news)]
        return self._table.put_version(item, instance.version, beside=news) is None

    def instance(self, organization_id: str, instance_id: str) -> Instance | None:
        """An instance."""
        item = self._table.get(_pk(organization_id), _INSTANCE + instance_id)
        return _instance(item) if item else None

    def instances(self, organization_id: str, after: str | None, limit: int) -> InstancePage:
        """Instances of one organization."""
        low, high = _INSTANCE + (after or ""), _INSTANCE + "~"
        values = {":pk": _pk(organization_id), ":low": low, ":high": high}
        rows = self._table.first("pk = :pk AND sk BETWEEN :low AND :high", values, limit + 2)
        found = [one for one in map(_instance, rows) if one.id != after]
        shown = found[:limit]
        return InstancePage(tuple(shown), shown[-1].id if len(found) > limit else None)

    def journal(self, instance_id: str, after: str | None, limit: int) -> JournalPage:
        """What happened to an instance, newest first."""
        values = {":pk": f"INST#{instance_id}#JOURNAL", ":after": after or "~"}
        rows = self._table.first("pk = :pk AND sk < :after", values, limit + 1, newest_first=True)
        shown = rows[:limit]
        entries = tuple(_entry(row) for row in shown)
        return JournalPage(entries, str(shown[-1]["sk"]) if len(rows) > limit else None)

    def put_key(self, key: ApiKey) -> None:
        """Store an API key, found by its hash and listed under its organization."""
        body = packed([key.id, key.organization_id, key.name])
        self._table.put({"pk": f"KEYHASH#{key.digest}", "sk": "KEY", "body": body})
        self._table.put({"pk": _pk(key.organization_id), "sk": _KEY + key.id, "body": body, "digest": key.digest})

    def put_member(self, member: Member) -> None:
        """Store a member and, once they can sign in, what their sign-in finds them by."""
        body = packed([member.email, member.role, member.subject])
        self._table.put({"pk": _pk(member.organization_id), "sk": _USER + member.id, "body": body})
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
        pk = _pk(organization_id)
        items = {str(item["sk"]): item for item in self._table.get_many([(pk, _ORGANIZATION), (pk, _USER + user_id)])}
        if len(items) < 2:  # noqa: PLR2004 - the two that were asked for
            return None
        return Membership(_organization(items[_ORGANIZATION]), _member(items[_USER + user_id]))

    def actor_names(self, organization_id: str, ids: Sequence[str]) -> dict[str, str]:
        """Names of keys and e-mail addresses of members: one read."""
        pk = _pk(organization_id)
        sort_keys = [kind + name for name in ids for start, kind in _ACTORS.items() if name.startswith(start)]
        return dict(_actor(item) for item in self._table.get_many([(pk, sk) for sk in sort_keys]))

    def key(self, digest: str) -> ApiKey | None:
        """The API key with this SHA-256 digest (hex)."""
        item = self._table.get(f"KEYHASH#{digest}", "KEY")
        if item is None:
            return None
        key_id, organization_id, name = json.loads(str(item["body"]))
        return ApiKey(key_id, organization_id, name, digest)


class DynamoGateViews:
    """Reads the Gate's range of an organization and writes usage."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def load(self, organization_id: str) -> View:
        """The organization with its instances and their usage: one query."""
        values = {":pk": _pk(organization_id), ":gate": "GATE#"}
        organization: Organization | None = None
        instances: dict[str, Instance] = {}
        usages: dict[str, Usage] = {}
        for item in self._table.query("pk = :pk AND begins_with(sk, :gate)", values):
            name = str(item["sk"])
            if name == _ORGANIZATION:
                organization = _organization(item)
            elif name.startswith(_INSTANCE):
                instance = _instance(item)
                instances[instance.id] = instance
            else:
                usage = _usage(item)
                usages[usage.instance_id] = usage
        if organization is None:
            raise NotFound("There is no such organization.")
        return View(organization, instances, usages)

    def usage(self, organization_id: str, instance_id: str) -> Usage:
        """One instance's usage."""
        item = self._table.get(_pk(organization_id), _USAGE + instance_id)
        return _usage(item) if item else Usage(instance_id)

    def save_usage(self, organization_id: str, usage: Usage) -> bool:
        """Store a usage derived from the one at ``usage.version``."""
        item: Item = {
            "pk": _pk(organization_id),
            "sk": _USAGE + usage.instance_id,
            "body": pack_usage(usage),
            "v": usage.version + 1,
        }
        return self._table.put_version(item, usage.version) is None


def pack_usage(usage: Usage) -> bytes:
    """The usage in at most some 650 bytes: next slot, then each window's newest bucket and its counts."""
    parts = [struct.pack(">Q", usage.next_slot)]
    for window in (usage.minute, usage.hour, usage.day):
        size = len(window.counts)
        parts.append(struct.pack(f">QB{size}I", window.newest, size, *window.counts))
    return b"".join(parts)


def unpack_usage(instance_id: str, version: int, body: bytes) -> Usage:
    """The usage that ``pack_usage`` packed."""
    blank = Usage(instance_id)
    (next_slot,) = struct.unpack_from(">Q", body)
    offset, windows = 8, []
    for window in (blank.minute, blank.hour, blank.day):
        newest, size = struct.unpack_from(">QB", body, offset)
        counts = struct.unpack_from(f">{size}I", body, offset + 9)
        windows.append(Window(window.size, window.buckets, newest, counts))
        offset += 9 + 4 * size
    minute, hour, day = windows
    return replace(blank, next_slot=next_slot, minute=minute, hour=hour, day=day, version=version)


def _pk(organization_id: str) -> str:
    return f"ORG#{organization_id}"


def _usage(item: Item) -> Usage:
    body = item["body"]
    if not isinstance(body, bytes):
        raise TypeError("a usage item has no packed body")
    return unpack_usage(str(item["sk"]).removeprefix(_USAGE), int(item["v"]), body)


def _organization(item: Item) -> Organization:
    return unpack(Organization, str(item["body"]), version=int(item["v"]))


def _instance(item: Item) -> Instance:
    organization_id = str(item["pk"]).removeprefix("ORG#")
    return unpack(Instance, str(item["body"]), organization_id=organization_id, version=int(item["v"]))


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


def _news(instance: Instance, index: int, entry: JournalEntry) -> Item:
    return {
        "pk": f"INST#{instance.id}#JOURNAL",
        "sk": f"{entry.at:013d}#{instance.version:06d}#{index}",
        "body": packed([entry.at, entry.type, entry.actor, entry.data]),
    }


def _entry(item: Item) -> JournalEntry:
    at, kind, actor, data = json.loads(str(item["body"]))
    return JournalEntry(at, JournalType(kind), actor, data)
