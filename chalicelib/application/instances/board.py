"""All numbers of an organization side by side, each with what it has reserved: one range read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.operations import OrganizationState

if TYPE_CHECKING:
    from chalicelib.application.instances.states import InstanceState, InstanceStates
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class Post:
    """One number: its state, and what it has reserved."""

    state: InstanceState
    usage: Usage


@dataclass(frozen=True, slots=True)
class Board:
    """An organization with its numbers, in the order of their ids."""

    state: OrganizationState
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class InstanceBoards:
    """Reads boards, from what is stored: no provider is asked.

    Attributes:
        enabled: Whether this deployment sends at all, see ``EXECUTION_QUEUE_ENABLED``.
    """

    views: GateViews
    states: InstanceStates
    enabled: bool = True

    def of(self, organization_id: str) -> Board:
        """The organization's board (strongly consistent).

        Raises:
            NotFound: There is no such organization.
        """
        view = self.views.load(organization_id)
        organization, numbers = view.organization, tuple(view.instances.values())
        control = self.states.control_of(organization, numbers)
        states = self.states.all_of(organization, numbers)
        return Board(
            OrganizationState(
                organization, control, view.usage(organization_id), self.states.clock.now(), self.enabled
            ),
            tuple(Post(state, view.usage(state.instance.id)) for state in states),
        )
