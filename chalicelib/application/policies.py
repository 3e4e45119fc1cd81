"""An organization's policy: what may be chosen, who changed it when, and what it was before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.instance import JournalType
from chalicelib.domain.presets import offered, require_offered

if TYPE_CHECKING:
    from collections.abc import Collection

    from chalicelib.application.onboarding import Onboarding
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.directory import Directory, JournalPage
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.presets import Preset


@dataclass(frozen=True, slots=True)
class Policies:
    """Changes policies and keeps every one that held.

    Attributes:
        onboarding: Stores organizations.
        directory: Where their journals are.
        clock: Now.
        providers: Through which numbers can send here.
    """

    onboarding: Onboarding
    directory: Directory
    clock: Clock
    providers: Collection[str]

    @property
    def presets(self) -> tuple[Preset, ...]:
        """What an organization can choose by name."""
        return offered(self.providers)

    def change(self, organization_id: str, actor: str, policy: Policy, version: int) -> Organization:
        """Let another policy hold for every number that has none of its own; the journal keeps the one before.

        Args:
            organization_id: Whose policy.
            actor: Who changes it.
            policy: The new one.
            version: Version of the policy that they saw.

        Raises:
            InvalidInput: It is a preset for numbers that nobody can have here.
            VersionConflict: Somebody else changed it since; nothing was written.
        """
        require_offered(policy, self.providers)

        def change(one: Organization) -> Organization:
            if one.policy_version != version:
                raise VersionConflict(
                    f"The policy has version {one.policy_version} by now, not {version}: read it again and decide anew."
                )
            return one.with_policy(policy, actor, self.clock.now())

        return self.onboarding.change_organization(organization_id, change)

    def history(self, organization_id: str, after: str | None, limit: int) -> JournalPage:
        """One page of the policy's changes, newest first.

        Args:
            organization_id: Whose policy.
            after: Position from the page before.
            limit: At most this many.
        """
        return self.directory.organization_journal(organization_id, after, limit, JournalType.POLICY_CHANGED)
