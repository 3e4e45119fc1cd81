"""What a decision is based on: one organization with its numbers and what each has reserved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.domain.groups import NEVER_ASKED
from chalicelib.domain.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.campaign import CampaignControl
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.groups import KnownGroups
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class View:
    """An organization as it was read at one moment.

    Attributes:
        organization: The tenant.
        instances: Its numbers by id.
        usages: What each number has reserved, by id; absent when nothing ever was.
        lines: The parking places in which intents wait for room, see ``domain/parking.py``, and when one last came, ms.
        recipients: What is known of the people the intents at hand are for, by intent id; absent for somebody new.
        campaigns: The campaigns that do not run, by name: paused, or cancelled.
        groups: Which groups each number is in, by id; absent when its provider was never asked.
    """

    organization: Organization
    instances: Mapping[str, Instance]
    usages: Mapping[str, Usage]
    lines: Mapping[str, int] = field(default_factory=dict)
    recipients: Mapping[str, Contact] = field(default_factory=dict)
    campaigns: Mapping[str, CampaignControl] = field(default_factory=dict)
    groups: Mapping[str, KnownGroups] = field(default_factory=dict)

    def usage(self, instance_id: str) -> Usage:
        """The instance's usage; an empty one when nothing was ever reserved."""
        return self.usages.get(instance_id) or Usage(instance_id)

    def groups_of(self, instance_id: str) -> KnownGroups:
        """Which groups the instance is in; nothing follows from it when its provider was never asked."""
        return self.groups.get(instance_id, NEVER_ASKED)

    def waited_for(self, subject: str) -> Sequence[Instance]:
        """The numbers that who waits for a subject waits for: that number, or any of the organization's."""
        return [self.instances[subject]] if subject in self.instances else list(self.instances.values())

    def policy(self, instance_id: str | None) -> Policy:
        """The pacing that holds for an instance; the organization's for one that is not in view."""
        instance = self.instances.get(instance_id or "")
        return self.organization.policy_of(instance) if instance else self.organization.policy
