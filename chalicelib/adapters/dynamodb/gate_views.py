"""What the Gate looks at, in one range, and the reservations it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.alarms import PLACE, lines_in
from chalicelib.adapters.dynamodb.campaigns import GATE_CAMPAIGN, controls
from chalicelib.adapters.dynamodb.organizations import INSTANCE, ORGANIZATION, instance_in, org_pk, organization_in
from chalicelib.adapters.dynamodb.usage_packing import pack_usage, unpack_usage
from chalicelib.domain.errors import NotFound
from chalicelib.domain.usage import Usage
from chalicelib.domain.view import View

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Item, Table
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.organization import Organization

_USAGE = "GATE#USAGE#"


class DynamoGateViews:
    """Reads the Gate's range of an organization and writes usage."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def load(self, organization_id: str) -> View:
        """The organization with its instances and their usage: one query."""
        values = {":pk": org_pk(organization_id), ":gate": "GATE#"}
        organization: Organization | None = None
        instances: dict[str, Instance] = {}
        usages: dict[str, Usage] = {}
        campaigns: list[Item] = []
        places: list[Item] = []
        for item in self._table.query("pk = :pk AND begins_with(sk, :gate)", values):
            name = str(item["sk"])
            if name == ORGANIZATION:
                organization = organization_in(item)
            elif name.startswith(INSTANCE):
                instance = instance_in(item)
                instances[instance.id] = instance
            elif name.startswith(GATE_CAMPAIGN):
                campaigns.append(item)
            elif name.startswith(PLACE):
                places.append(item)
            else:
                usage = _usage(item)
                usages[usage.instance_id] = usage
        if organization is None:
            raise NotFound("There is no such organization.")
        return View(organization, instances, usages, lines_in(places), campaigns=controls(campaigns))

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


def _usage(item: Item) -> Usage:
    body = item["body"]
    if not isinstance(body, bytes):
        raise TypeError("a usage item has no packed body")
    return unpack_usage(str(item["sk"]).removeprefix(_USAGE), int(item["v"]), body)
