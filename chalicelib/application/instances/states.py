"""The read side of instances: each with how far its pause has come and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.control import control
from chalicelib.domain.errors import NotFound
from chalicelib.domain.lifecycle import allowed_actions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chalicelib.application.instances.writer import InstanceWriter
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.directory import Directory, JournalPage
    from chalicelib.application.ports.leases import Leases
    from chalicelib.domain.control import Control, Lease
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.lifecycle import Action
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class InstanceState:
    """An instance as it is at ``at`` (ms), with the pacing that holds for it."""

    instance: Instance
    policy: Policy
    control: Control
    actions: tuple[Action, ...]
    at: int


@dataclass(frozen=True, slots=True)
class StatePage:
    """One page of a list; ``after`` is the position to continue from, ``None`` at the end."""

    states: tuple[InstanceState, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class InstanceStates:
    """Answers questions about one organization's instances, from what is stored: no provider is asked."""

    directory: Directory
    writer: InstanceWriter
    leases: Leases
    clock: Clock

    def one(self, organization_id: str, instance_id: str) -> InstanceState:
        """One instance (strongly consistent).

        Raises:
            NotFound: Unknown here.
        """
        return self.of(self.writer.get(organization_id, instance_id))

    def page(self, organization_id: str, after: str | None, limit: int) -> StatePage:
        """One page of the organization's instances."""
        found = self.directory.instances(organization_id, after, limit)
        return StatePage(tuple(self._all(found.instances)), found.after)

    def journal(self, organization_id: str, instance_id: str, after: str | None, limit: int) -> JournalPage:
        """One page of what happened to an instance, newest first.

        Raises:
            NotFound: Unknown here.
        """
        return self.directory.journal(self.writer.get(organization_id, instance_id).id, after, limit)

    def of(self, instance: Instance) -> InstanceState:
        """The state of an instance that was just read."""
        [state] = self._all([instance])
        return state

    def all_of(self, organization: Organization, instances: Sequence[Instance]) -> list[InstanceState]:
        """The states of an organization's instances, all just read."""
        return self._states(instances, [organization.policy_of(one) for one in instances])

    def control_of(self, organization: Organization, instances: Iterable[Instance]) -> Control:
        """How far the organization's own pause has come over all its instances, all just read."""
        now = self.clock.now()
        stopped = [one.id for one in instances] if organization.is_paused(now) else []
        lanes = self.leases.held(LeaseKind.LANE, stopped) if stopped else {}
        return control(organization.paused, lanes.values(), now)

    def _all(self, instances: Sequence[Instance]) -> list[InstanceState]:
        return self._states(instances, self._policies(instances))

    def _states(self, instances: Sequence[Instance], policies: Sequence[Policy]) -> list[InstanceState]:
        now = self.clock.now()
        stopped = [one.id for one in instances if one.is_paused(now)]
        lanes = self.leases.held(LeaseKind.LANE, stopped) if stopped else {}
        return [
            InstanceState(one, policy, control(one.paused, _of(lanes, one), now), allowed_actions(one, now), now)
            for one, policy in zip(instances, policies, strict=True)
        ]

    def _policies(self, instances: Sequence[Instance]) -> list[Policy]:
        """The pacing of each; its organization is only read where one has none of its own."""
        names = {one.organization_id for one in instances if one.policy is None}
        organizations = {name: self._organization(name) for name in names}
        return [one.policy or organizations[one.organization_id].policy_of(one) for one in instances]

    def _organization(self, organization_id: str) -> Organization:
        known = self.directory.organization(organization_id)
        if known is None:
            raise NotFound("There is no such organization.")
        return known


def _of(lanes: Mapping[str, Lease], instance: Instance) -> list[Lease]:
    return [lanes[instance.id]] if instance.id in lanes else []
