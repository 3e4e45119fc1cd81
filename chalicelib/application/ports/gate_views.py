"""What the Gate looks at and reserves in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chalicelib.domain.groups import KnownGroups
    from chalicelib.domain.usage import Usage
    from chalicelib.domain.view import View


class GateViews(Protocol):
    """Reads an organization with its instances and their usage at once, and writes reservations."""

    def load(self, organization_id: str) -> View:
        """The organization's view (strongly consistent).

        Raises:
            NotFound: There is no such organization.
        """

    def usage(self, organization_id: str, instance_id: str) -> Usage:
        """One instance's usage (strongly consistent)."""

    def save_usage(self, organization_id: str, usage: Usage) -> bool:
        """Store a usage derived from the one at ``usage.version``.

        Returns:
            Whether it was stored; ``False`` when somebody else reserved first.
        """

    def save_groups(self, organization_id: str, instance_id: str, groups: KnownGroups) -> None:
        """Store which groups an instance is in, instead of what was known before."""
