"""What an organization's numbers are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services

if TYPE_CHECKING:
    from chalicelib.entrypoints.web.page import Page

# So many are read at once; those beyond are called by their id.
_MOST = 200


def number_names(page: Page) -> dict[str, str]:
    """Names of the organization's numbers, by instance id: one range read."""
    found = services().directory.instances(page.organization.id, None, _MOST)
    return {one.id: one.name for one in found.instances}
