"""``/instances/{id}/actions/{action}``: what people do with a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotFound
from chalicelib.domain.role import Role
from chalicelib.entrypoints.web.blueprint import PageBlueprint
from chalicelib.entrypoints.web.failures import Forbidden

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)


@routes.page("/instances/{instance_id}/actions/{action}")
def look(page: Page, instance_id: str, action: str) -> Response:
    """Whoever opens a form's address anew gets to the number."""
    del action
    return page.redirect(f"instances/{instance_id}/overview")


@routes.page("/instances/{instance_id}/actions/{action}", methods=["POST"], role=Role.OPERATOR)
def act(page: Page, instance_id: str, action: str) -> Response:
    """Do it; afterwards a page shows the state, read anew."""
    from chalicelib.entrypoints.web.instance_acts import ACTS  # noqa: PLC0415 - schemas and words, here only

    wanted = ACTS.get(action)
    if wanted is None:
        raise NotFound("There is no such action.")
    if not page.may(wanted.role):
        raise Forbidden(f"This needs the role {wanted.role}.")
    return wanted.work(page, instance_id)
