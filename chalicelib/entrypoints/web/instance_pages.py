"""``/instances``: the organization's numbers; ``/instances/{id}/…``: one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.instance import Lifecycle
from chalicelib.entrypoints.web.blueprint import PageBlueprint
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
    return page.redirect(f"instances/{instance_id}/overview")


@routes.page("/instances/{instance_id}/{tab}")
def show(page: Page, instance_id: str, tab: str) -> Response:
    """One view of a number."""
    return show_tab(page, instance_id, tab)
