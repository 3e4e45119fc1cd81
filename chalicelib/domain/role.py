"""What a person of an organization may do: each role includes the ones before it."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Three roles, from least to most.

    ::

        Role.ADMIN.may(Role.OPERATOR)  # True: whatever an operator may do
    """

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def may(self, needed: Role) -> bool:
        """Whether this role includes what ``needed`` may do."""
        order = list(Role)
        return order.index(self) >= order.index(needed)
