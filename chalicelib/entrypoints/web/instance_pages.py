"""``/instances``: the organization's numbers; ``/instances/{id}/…``: one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.errors import NotFound
from chalicelib.domain.instance import Lifecycle
from chalicelib.domain.role import Role
from chalicelib.entrypoints.web.blueprint import PageBlueprint
from chalicelib.entrypoints.web.failures import Forbidden
from chalicelib.entrypoints.web.instance_tabs import show_tab

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)


@routes.page("/instances")
def cards(page: Page) -> Response:
    """All numbers; the page asks for them anew while it is seen."""
    from chalicelib.entrypoints.web.views.cards import card  # noqa: PLC0415 - words, on pages only

    posts = services().boards.of(page.organization.id).posts
    retired = [post for post in posts if post.state.instance.lifecycle is Lifecycle.RETIRED]
    living = [post for post in posts if post not in retired]
    template = "fragments/instances.html" if page.partial else "instances.html"
    return page.render(
        template, cards=[card(page, post) for post in living], retired=[card(page, post) for post in retired]
    )


@routes.page("/instances/{instance_id}")
def number(page: Page, instance_id: str) -> Response:
    """A number's page begins with its overview."""
    return _first(page, instance_id)


@routes.page("/instances/{instance_id}/{part}")
def show(page: Page, instance_id: str, part: str) -> Response:
    """One view of a number; whoever opens a form's address anew gets to the first."""
    from chalicelib.entrypoints.web.instance_acts import ACTS  # noqa: PLC0415 - schemas and words, on pages only

    return _first(page, instance_id) if part in ACTS else show_tab(page, instance_id, part)


@routes.page("/instances/{instance_id}/{part}", methods=["POST"], role=Role.OPERATOR)
def act(page: Page, instance_id: str, part: str) -> Response:
    """Do something with a number, at an address as deep as its views': what it answers can be one of them."""
    from chalicelib.entrypoints.web.instance_acts import ACTS  # noqa: PLC0415 - as above

    wanted = ACTS.get(part)
    if wanted is None:
        raise NotFound("There is no such action.")
    if not page.may(wanted.role):
        raise Forbidden(f"This needs the role {wanted.role}.")
    return wanted.work(page, instance_id)


def _first(page: Page, instance_id: str) -> Response:
    return page.redirect(f"instances/{instance_id}/overview")
