"""Turns campaigns into the shapes of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.entrypoints.http.schemas.campaigns import CampaignView
from chalicelib.entrypoints.http.schemas.fields import instant

if TYPE_CHECKING:
    from chalicelib.domain.campaign import Campaign


def shown(campaign: Campaign) -> CampaignView:
    """A campaign."""
    control = campaign.control
    return CampaignView(
        id=campaign.id,
        name=campaign.name,
        status=control.status,
        since=str(instant(control.at)),
        by=control.by,
        reason=control.reason or None,
        created_at=str(instant(campaign.created_at)),
        created_by=campaign.created_by,
        clearing=campaign.clearing is not None,
        actions=list(campaign.allowed_actions),
        version=campaign.version,
    )
