"""What roles are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.role import Role
from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES: Mapping[Role, str] = {
    Role.VIEWER: mark("viewer"),
    Role.OPERATOR: mark("operator"),
    Role.ADMIN: mark("administrator"),
}
