"""What belongs together, in dictionaries: batches by id, campaigns by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.application.ports.campaigns import CampaignPage
from chalicelib.domain.campaign import CampaignStatus
from chalicelib.domain.whatif.simulation import LIFETIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chalicelib.domain.batch import Batch
    from chalicelib.domain.campaign import Campaign
    from chalicelib.domain.whatif.simulation import Simulation
    from tests.fakes.organizations import FakeOrganizations


class FakeBatches:
    """Batches."""

    def __init__(self) -> None:
        self.stored: dict[str, Batch] = {}

    def create(self, batch: Batch) -> Batch | None:
        """Store unless there."""
        return None if self.save(batch) else self.stored[batch.id]

    def save(self, batch: Batch) -> bool:
        """Store on the right version."""
        stored = self.stored.get(batch.id)
        if (stored.version if stored else 0) != batch.version:
            return False
        self.stored[batch.id] = replace(batch, version=batch.version + 1)
        return True

    def get(self, batch_id: str) -> Batch | None:
        """By id."""
        return self.stored.get(batch_id)

    def due(self, now: int, limit: int) -> Sequence[str]:
        """Due alarms."""
        found = [(one.look_at, one.id) for one in self.stored.values() if one.look_at is not None]
        return [name for at, name in sorted(found) if at <= now][:limit]


class FakeCampaigns:
    """Campaigns; the organizations' views show those that do not run."""

    def __init__(self, organizations: FakeOrganizations) -> None:
        self._organizations = organizations
        self.stored: dict[tuple[str, str], Campaign] = {}

    def get_many(self, organization_id: str, names: Iterable[str]) -> dict[str, Campaign]:
        """By names."""
        return {name: self.stored[organization_id, name] for name in names if (organization_id, name) in self.stored}

    def save(self, campaign: Campaign) -> bool:
        """Store on the right version."""
        key = (campaign.organization_id, campaign.name)
        stored = self.stored.get(key)
        if (stored.version if stored else 0) != campaign.version:
            return False
        self.stored[key] = replace(campaign, version=campaign.version + 1)
        self._organizations.campaigns.pop(key, None)
        if campaign.status is not CampaignStatus.RUNNING:
            self._organizations.campaigns[key] = campaign.control
        return True

    def page(self, organization_id: str, after: str | None, limit: int) -> CampaignPage:
        """By name."""
        mine = [one for (owner, _), one in sorted(self.stored.items()) if owner == organization_id]
        left = [one for one in mine if after is None or one.name > after]
        return CampaignPage(tuple(left[:limit]), left[limit - 1].name if len(left) > limit else None)

    def uncleared(self, now: int, limit: int) -> Sequence[tuple[str, str]]:
        """Those whose search is due."""
        found = [(one.clearing.since, key) for key, one in self.stored.items() if one.clearing is not None]
        return [key for since, key in sorted(found) if since <= now][:limit]


class FakeSimulations:
    """Simulations, and what their first step kept."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], Simulation] = {}
        self._left: dict[str, dict[str, int]] = {}

    def begin(self, simulation: Simulation, after: str | None) -> bool:
        """Store unless another one was begun since."""
        latest = next(iter(self.newest(simulation.organization_id, 1)), None)
        free = latest is None or latest.id == after or latest.created_at <= simulation.created_at - LIFETIME
        return free and self.save(simulation)

    def save(self, simulation: Simulation) -> bool:
        """Store on the right version."""
        stored = self.stored.get((simulation.organization_id, simulation.id))
        if (stored.version if stored else 0) != simulation.version:
            return False
        self.stored[simulation.organization_id, simulation.id] = simulation.stored()
        return True

    def get(self, organization_id: str, simulation_id: str) -> Simulation | None:
        """By ids."""
        return self.stored.get((organization_id, simulation_id))

    def newest(self, organization_id: str, limit: int) -> Sequence[Simulation]:
        """By id, newest first."""
        mine = [one for (owner, _), one in sorted(self.stored.items(), reverse=True) if owner == organization_id]
        return mine[:limit]

    def keep_left(self, simulation: Simulation, left: Mapping[str, int]) -> None:
        """Keep."""
        self._left[simulation.id] = dict(left)

    def left(self, simulation: Simulation) -> Mapping[str, int] | None:
        """What was kept."""
        return self._left.get(simulation.id)
