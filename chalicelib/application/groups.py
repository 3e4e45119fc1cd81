"""Asks which groups a number is in, and lets the Gate know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.groups import KnownGroups, short_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.provider import Group, Provider
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.instance import Provider as ProviderName


@dataclass(frozen=True, slots=True)
class GroupBook:
    """What is known of the groups that numbers are in."""

    views: GateViews
    providers: Mapping[ProviderName, Provider]
    clock: Clock

    def ask(self, instance: Instance) -> Sequence[Group]:
        """The groups a number is a member of now; the Gate goes by them from here on.

        Raises:
            ProviderUnavailable: The provider does not answer, or answers no; what was known stays.
        """
        return self._ask(instance)[0]

    def lacks(self, instance: Instance, group_id: str) -> bool:
        """Whether a number is not in a group by what its provider lists now, so that the Gate knows it.

        Raises:
            ProviderUnavailable: The provider does not answer, or answers no; what was known stays.
        """
        known = self._ask(instance)[1]
        return known.lacks(short_name(group_id), self.clock.now())

    def _ask(self, instance: Instance) -> tuple[Sequence[Group], KnownGroups]:
        asked_at = self.clock.now()
        found = self.providers[instance.provider].groups(instance)
        known = KnownGroups.of((one.id for one in found), asked_at)
        self.views.save_groups(instance.organization_id, instance.id, known)
        return found, known
