"""Finds what still waits for a cancelled campaign, wherever it waits, and has the Gate drop it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.listing import IntentFilter
from chalicelib.domain.status import Status
from chalicelib.domain.values import MINUTE

if TYPE_CHECKING:
    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.application.ports.campaigns import Campaigns
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.domain.campaign import Campaign

# So many campaigns are looked at in one tick.
CAMPAIGNS = 25
# So many intents are found with one page, and dropped in one go.
PAGE = 100
# Clocks of two processes may differ by this much.
_SKEW = MINUTE


@dataclass(frozen=True, slots=True)
class Clearing:
    """Searches the organization's list from when the campaign began, page by page, in as many ticks as it takes."""

    campaigns: Campaigns
    intents: Intents
    gatekeeper: Gatekeeper
    clock: Clock
    journal: Journal

    def work(self, stop_at: float) -> None:
        """Search for cancelled campaigns until none is left or the monotonic clock reaches ``stop_at``."""
        for organization_id, name in self.campaigns.uncleared(self.clock.now(), CAMPAIGNS):
            work = partial(self._clear, organization_id, name, stop_at)
            isolated(self.journal, "clearing a cancelled campaign", work)

    def _clear(self, organization_id: str, name: str, stop_at: float) -> None:
        campaign = self.campaigns.get_many(organization_id, [name]).get(name)
        began = campaign.clearing.since if campaign and campaign.clearing else None
        while campaign is not None and began is not None and self.clock.monotonic() < stop_at:
            campaign = self._page(campaign)
            if campaign is None or campaign.clearing is None or campaign.clearing.since != began:
                return

    def _page(self, campaign: Campaign) -> Campaign | None:
        """Have one page's intents decided; ``None`` when somebody else works on the campaign.

        Nothing is skipped: the position moves on only afterwards.
        """
        if campaign.clearing is None:
            return None
        wanted = IntentFilter(
            status=Status.QUEUED, campaign=campaign.name, created_from=max(0, campaign.created_at - _SKEW)
        )
        found = self.intents.page(campaign.organization_id, wanted, campaign.clearing.after, PAGE)
        self.gatekeeper.decide_again(found.intents)
        after = campaign.searched(found.after, self.clock.now())
        return after.stored() if self.campaigns.save(after) else None
