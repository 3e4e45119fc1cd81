"""What the Gate looks at, in one range, and the reservations it writes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.alarms import PLACE, lines_in
from chalicelib.adapters.dynamodb.campaigns import GATE_CAMPAIGN, controls
from chalicelib.adapters.dynamodb.organizations import INSTANCE, ORGANIZATION, instance_in, org_pk, organization_in
from chalicelib.adapters.dynamodb.usage_packing import pack_usage, unpack_usage
from chalicelib.domain.errors import NotFound
from chalicelib.domain.groups import SHORT_BYTES, KnownGroups
from chalicelib.domain.usage import Usage
from chalicelib.domain.view import View

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Item, Table

_USAGE = "GATE#USAGE#"
_GROUPS = "GATE#GROUPS#"


class DynamoGateViews:
    """Reads the Gate's range of an organization and writes usage."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def load(self, organization_id: str) -> View:
        """The organization with its instances and their usage: one query."""
        values = {":pk": org_pk(organization_id), ":gate": "GATE#"}
        found: dict[str, list[Item]] = defaultdict(list)
        for item in self._table.query("pk = :pk AND begins_with(sk, :gate)", values):
            found[_kind(str(item["sk"]))].append(item)
        if not found[_kind(ORGANIZATION)]:
            raise NotFound("There is no such organization.")
        return View(
            organization_in(found[_kind(ORGANIZATION)][0]),
            {one.id: one for one in map(instance_in, found[_kind(INSTANCE)])},
            {one.instance_id: one for one in map(_usage, found[_kind(_USAGE)])},
            lines_in(found[_kind(PLACE)]),
            campaigns=controls(found[_kind(GATE_CAMPAIGN)]),
            groups={str(item["sk"]).removeprefix(_GROUPS): _groups(item) for item in found[_kind(_GROUPS)]},
        )

    def usage(self, organization_id: str, instance_id: str) -> Usage:
        """One instance's usage."""
        item = self._table.get(org_pk(organization_id), _USAGE + instance_id)
        return _usage(item) if item else Usage(instance_id)

    def save_usage(self, organization_id: str, usage: Usage) -> bool:
        """Store a usage derived from the one at ``usage.version``."""
        item: Item = {
            "pk": org_pk(organization_id),
            "sk": _USAGE + usage.instance_id,
            "body": pack_usage(usage),
            "v": usage.version + 1,
        }
        return self._table.put_version(item, usage.version) is None

    def save_groups(self, organization_id: str, instance_id: str, groups: KnownGroups) -> None:
        """Store which groups an instance is in: their short names, one after the other."""
        body = b"".join(sorted(groups.groups))
        item: Item = {"pk": org_pk(organization_id), "sk": _GROUPS + instance_id, "body": body}
        self._table.put(item | {"at": groups.asked_at})


def _kind(sort_key: str) -> str:
    """What an item of the Gate's range is (``GATE#kind#…``); a newer version may keep kinds that we do not know."""
    return sort_key.split("#", 2)[1]


def _usage(item: Item) -> Usage:
    return unpack_usage(str(item["sk"]).removeprefix(_USAGE), int(item["v"]), _body(item))


def _groups(item: Item) -> KnownGroups:
    body = _body(item)
    names = (body[start : start + SHORT_BYTES] for start in range(0, len(body), SHORT_BYTES))
    return KnownGroups(frozenset(names), int(item["at"]))


def _body(item: Item) -> bytes:
    body = item["body"]
    if not isinstance(body, bytes):
        raise TypeError(f"{item['sk']!r} has no packed body")
    return body
