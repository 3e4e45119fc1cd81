"""Knows an organization's campaigns by name: begins them with their first intent, stops them, ends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.campaign import CampaignAction, opened
from chalicelib.domain.errors import NotFound, VersionConflict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.application.ports.campaigns import CampaignPage, Campaigns
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.gate_queue import GateQueue
    from chalicelib.application.ports.ids import Ids
    from chalicelib.domain.campaign import Campaign

_TRIES = 8
_FIRST_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class CampaignBook:
    """One organization's campaigns at a time."""

    campaigns: Campaigns
    queue: GateQueue
    clock: Clock
    ids: Ids

    def named(self, organization_id: str, names: Iterable[str]) -> dict[str, Campaign]:
        """Campaigns by name; those that nobody began are missing."""
        return self.campaigns.get_many(organization_id, names)

    def one(self, organization_id: str, name: str) -> Campaign:
        """A campaign.

        Raises:
            NotFound: No intent of this organization was ever handed in for it.
        """
        known = self.campaigns.get_many(organization_id, [name]).get(name)
        if known is None:
            raise NotFound("There is no such campaign. The first intent with its name begins one.")
        return known

    def page(self, organization_id: str, after: str | None, limit: int) -> CampaignPage:
        """One page of the organization's campaigns, by name."""
        return self.campaigns.page(organization_id, after, limit)

    def open(self, organization_id: str, names: Iterable[str], actor: str) -> None:
        """Begin campaigns, unless somebody else just did."""
        now = self.clock.now()
        for name in sorted(names):
            campaign_id = self.ids.derived("cmp", organization_id, name)
            self.campaigns.save(opened(campaign_id, organization_id, name, actor, now))

    def steer(self, organization_id: str, name: str, action: CampaignAction, reason: str, actor: str) -> Campaign:
        """Pause, resume or cancel a campaign.

        From the moment it is written, the Gate approves nothing of a stopped campaign, and the engine sends nothing of
        it that was approved before. Whoever waits for it is asked about at once, as far as the queue takes that.

        Args:
            organization_id: Whose campaign.
            name: Its name.
            action: What is to happen.
            reason: Why, in that person's words.
            actor: Who does it.

        Raises:
            NotFound: There is no such campaign.
            TransitionRefused: It is not possible now.
            VersionConflict: Others kept writing.
        """
        for attempt in range(_TRIES):
            self.clock.sleep(self.ids.draw() * _FIRST_PAUSE * attempt)
            after = self.one(organization_id, name).after(action, reason, actor, self.clock.now())
            if self.campaigns.save(after):
                if action is not CampaignAction.PAUSE:
                    self.queue.publish_places(organization_id, [after.id])
                return after.stored()
        raise VersionConflict("the campaign kept changing")
