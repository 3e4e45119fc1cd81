"""What concerns all sending of an organization at once: stopped by hand, resumed, limited by a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.pause import Pause, require_in_reach
from chalicelib.domain.usage import Usage

if TYPE_CHECKING:
    from chalicelib.application.instances.states import InstanceStates
    from chalicelib.application.onboarding import Onboarding
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.directory import Directory, JournalPage
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.domain.control import Control
    from chalicelib.domain.organization import Organization


@dataclass(frozen=True, slots=True)
class OrganizationState:
    """An organization as it is now.

    Attributes:
        organization: As stored.
        control: How far its pause has come.
        usage: What all its numbers have reserved, as far as its plan counts it; empty when it never had one.
        at: When it was so, ms.
        enabled: Whether this deployment sends at all, see ``EXECUTION_QUEUE_ENABLED``.
    """

    organization: Organization
    control: Control
    usage: Usage
    at: int
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Operations:
    """Pauses and resumes organizations. Nothing is lost or burnt meanwhile: what is handed in or approved waits."""

    onboarding: Onboarding
    directory: Directory
    views: GateViews
    states: InstanceStates
    clock: Clock
    enabled: bool = True

    def pause(self, organization_id: str, actor: str, reason: str, until: int | None) -> Organization:
        """Let nothing more leave from any of its numbers.

        Args:
            organization_id: Whose numbers.
            actor: Who pauses.
            reason: Why, in that person's words.
            until: When it ends by itself, ms; ``None`` for never.

        Raises:
            InvalidInput: ``until`` is over, or too far away.
            TransitionRefused: It is paused already.
        """
        if until is not None:
            require_in_reach(until, self.clock.now())
        return self.onboarding.change_organization(
            organization_id, lambda one: one.stopped(Pause(actor, reason, self.clock.now(), until))
        )

    def resume(self, organization_id: str, actor: str) -> Organization:
        """Let its numbers send again; whoever waits is asked about at once, oldest first.

        Raises:
            TransitionRefused: It is not paused.
        """
        return self.onboarding.change_organization(organization_id, lambda one: one.resumed(actor, self.clock.now()))

    def of(self, organization: Organization) -> OrganizationState:
        """The state of an organization that was just read: beyond that only what a pause or a plan needs is read."""
        now = self.clock.now()
        numbers = self.views.load(organization.id).instances.values() if organization.is_paused(now) else ()
        control = self.states.control_of(organization, numbers)
        planned = organization.plan is not None
        usage = self.views.usage(organization.id, organization.id) if planned else Usage(organization.id)
        return OrganizationState(organization, control, usage, now, self.enabled)

    def journal(self, organization_id: str, after: str | None, limit: int) -> JournalPage:
        """One page of everything that happened to an organization, newest first.

        Args:
            organization_id: Which organization.
            after: Position from the page before.
            limit: At most this many.
        """
        return self.directory.organization_journal(organization_id, after, limit)
