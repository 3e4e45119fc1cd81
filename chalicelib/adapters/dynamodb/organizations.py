"""Organizations, instances, keys and usage: what the Gate reads in one range, and who may ask."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.table import packed
from chalicelib.application.ports.directory import ApiKey
from chalicelib.domain.errors import NotFound
from chalicelib.domain.instance import Connection, Instance, InstancePurpose, Lifecycle, Provider
from chalicelib.domain.organization import Organization, Pause
from chalicelib.domain.policy import Policy
from chalicelib.domain.usage import Usage, Window
from chalicelib.domain.view import View

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Item, Table
    from chalicelib.application.ports.directory import Member

_ORGANIZATION = "GATE#ORG"
_INSTANCE = "GATE#INST#"
_USAGE = "GATE#USAGE#"


class DynamoDirectory:
    """Stores organizations, instances, keys and members."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put_organization(self, organization: Organization) -> None:
        """Store an organization."""
        self._table.put(
            {"pk": _pk(organization.id), "sk": _ORGANIZATION, "body": packed(asdict(organization))},
        )

    def put_instance(self, instance: Instance) -> bool:
        """Store an instance derived from the one at ``instance.version``."""
        body = {name: value for name, value in asdict(instance).items() if name != "version"}
        item: Item = {
            "pk": _pk(instance.organization_id),
            "sk": _INSTANCE + instance.id,
            "body": packed(body),
            "v": instance.version + 1,
        }
        return self._table.put_version(item, instance.version) is None

    def put_key(self, key: ApiKey) -> None:
        """Store an API key, found by its hash and listed under its organization."""
        body = packed([key.id, key.organization_id, key.name])
        self._table.put({"pk": f"KEYHASH#{key.digest}", "sk": "KEY", "body": body})
        self._table.put({"pk": _pk(key.organization_id), "sk": f"KEY#{key.id}", "body": body, "digest": key.digest})

    def put_member(self, member: Member) -> None:
        """Store a member."""
        body = packed([member.email, member.role])
        self._table.put({"pk": _pk(member.organization_id), "sk": f"USER#{member.id}", "body": body})

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
    body = json.loads(str(item["body"]))
    body["policy"] = Policy(**body["policy"])
    body["paused"] = Pause(**body["paused"]) if body["paused"] else None
    return Organization(**body)


def _instance(item: Item) -> Instance:
    body = json.loads(str(item["body"]))
    body["provider"] = Provider(body["provider"])
    body["purpose"] = InstancePurpose(body["purpose"])
    body["lifecycle"] = Lifecycle(body["lifecycle"])
    body["connection"] = Connection(body["connection"])
    body["paused"] = Pause(**body["paused"]) if body["paused"] else None
    return Instance(**body, version=int(item["v"]))
