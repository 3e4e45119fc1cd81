"""Where campaigns live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.domain.campaign import Campaign


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """One page of an organization's campaigns.

    Attributes:
        campaigns: In the order of their names.
        after: Name to continue from; ``None`` at the end.
    """

    campaigns: tuple[Campaign, ...]
    after: str | None


class Campaigns(Protocol):
    """Stores campaigns; the Gate's view shows those that do not run from the moment they are stored."""

    def get_many(self, organization_id: str, names: Iterable[str]) -> dict[str, Campaign]:
        """Campaigns by name (strongly consistent); unknown ones are missing."""

    def save(self, campaign: Campaign) -> bool:
        """Store a campaign derived from the one at ``campaign.version``.

        Returns:
            Whether it was stored; ``False`` when somebody else changed it first.
        """

    def page(self, organization_id: str, after: str | None, limit: int) -> CampaignPage:
        """Campaigns of one organization (strongly consistent).

        Args:
            organization_id: Whose campaigns.
            after: Name at the end of the page before.
            limit: At most this many.
        """

    def uncleared(self, now: int, limit: int) -> Sequence[tuple[str, str]]:
        """Organization id and name of cancelled campaigns whose intents are to be searched for by ``now`` (ms)."""
