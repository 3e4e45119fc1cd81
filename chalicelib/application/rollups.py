"""The read side of what is counted by the hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.rollup import Totals, hour_of, summed
from chalicelib.domain.values import HOUR

if TYPE_CHECKING:
    from chalicelib.application.instances.writer import InstanceWriter
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.rollups import Rollups

# A week: some 200 items of less than a kilobyte.
LONGEST = 7 * 24


@dataclass(frozen=True, slots=True)
class RollupQueries:
    """Sums rollups."""

    rollups: Rollups
    writer: InstanceWriter
    clock: Clock

    def of(self, organization_id: str, hours: int, instance_id: str | None = None) -> Totals:
        """What happened in the last hours: since the beginning of the hour in which the oldest of them began.

        Args:
            organization_id: Whose messages.
            hours: How far back, at most ``LONGEST``.
            instance_id: Only those of this number; ``None`` for all, those included that never got one.

        Raises:
            NotFound: The number is unknown here.
        """
        subject = organization_id if instance_id is None else self.writer.get(organization_id, instance_id).id
        now = self.clock.now()
        since = hour_of(now - hours * HOUR)
        return Totals(since, now, summed(rollup.counts for rollup in self.rollups.since(subject, since)))
