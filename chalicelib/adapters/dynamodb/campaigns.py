"""Campaigns as items, and what the Gate must know of those that do not run, in its own range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.packing import pack, unpack
from chalicelib.application.ports.campaigns import CampaignPage
from chalicelib.domain.campaign import Campaign, CampaignControl, CampaignStatus
from chalicelib.domain.values import DAY, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table

# Below the organization's key; the second lies in the range that one query gives the Gate.
_CAMPAIGN = "CAMPAIGN#"
GATE_CAMPAIGN = "GATE#CAMPAIGN#"
# No intent outlives the cancellation of its campaign by this much: the Gate need not be told any longer.
_TOLD = 92 * DAY
_ELSEWHERE = ("organization_id", "name", "version")


class DynamoCampaigns:
    """Stores campaigns in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get_many(self, organization_id: str, names: Iterable[str]) -> dict[str, Campaign]:
        """Campaigns by name."""
        items = self._table.get_many((_pk(organization_id), _CAMPAIGN + name) for name in names)
        return {campaign.name: campaign for campaign in map(_campaign, items)}

    def save(self, campaign: Campaign) -> bool:
        """Store a campaign's next state, and what the Gate is told of it: all or nothing."""
        item: Item = {
            "pk": _pk(campaign.organization_id),
            "sk": _CAMPAIGN + campaign.name,
            "body": pack(campaign, *_ELSEWHERE),
            "v": campaign.version + 1,
        }
        if campaign.clearing is not None:
            item |= {"wake_pk": "CLEARING", "wake_sk": f"{campaign.clearing.since:013d}#{campaign.id}"}
        told = [] if campaign.version == 0 else [_for_the_gate(campaign)]
        return self._table.put_version(item, campaign.version, beside=told) is None

    def page(self, organization_id: str, after: str | None, limit: int) -> CampaignPage:
        """Campaigns of one organization, by name."""
        low, high = _CAMPAIGN + (after or ""), _CAMPAIGN[:-1] + chr(ord(_CAMPAIGN[-1]) + 1)
        values = {":pk": _pk(organization_id), ":low": low, ":high": high}
        rows = self._table.first("pk = :pk AND sk BETWEEN :low AND :high", values, limit + 2)
        found = [one for one in map(_campaign, rows) if one.name != after]
        shown = found[:limit]
        return CampaignPage(tuple(shown), shown[-1].name if len(found) > limit else None)

    def uncleared(self, now: int, limit: int) -> Sequence[tuple[str, str]]:
        """Organization id and name of campaigns whose intents are to be searched for."""
        values = {":pk": "CLEARING", ":now": f"{now + 1:013d}"}
        rows, _ = self._table.index_page("by_wake", "wake_pk = :pk AND wake_sk < :now", values, limit)
        return [(str(row["pk"]).removeprefix("ORG#"), str(row["sk"]).removeprefix(_CAMPAIGN)) for row in rows]


def controls(items: Iterable[Item]) -> dict[str, CampaignControl]:
    """The campaigns that do not run, by name, of the items that the Gate is told of."""
    told = {str(item["sk"]).removeprefix(GATE_CAMPAIGN): unpack(CampaignControl, str(item["body"])) for item in items}
    return {name: control for name, control in told.items() if control.status is not CampaignStatus.RUNNING}


def _for_the_gate(campaign: Campaign) -> Item:
    """What the Gate is told: an item that expires once there is nothing to tell, at once for a campaign that runs."""
    control = campaign.control
    item: Item = {
        "pk": _pk(campaign.organization_id),
        "sk": GATE_CAMPAIGN + campaign.name,
        "body": pack(control),
    }
    if control.status is not CampaignStatus.PAUSED:
        kept = _TOLD if control.status is CampaignStatus.CANCELLED else 0
        item["ttl"] = (control.at + kept) // SECOND
    return item


def _pk(organization_id: str) -> str:
    return f"ORG#{organization_id}"


def _campaign(item: Item) -> Campaign:
    return unpack(
        Campaign,
        str(item["body"]),
        organization_id=str(item["pk"]).removeprefix("ORG#"),
        name=str(item["sk"]).removeprefix(_CAMPAIGN),
        version=int(item["v"]),
    )
