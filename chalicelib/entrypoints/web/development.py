"""``/development``: every component in every state, for those who write pages; only on the local stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.errors import NotFound
from chalicelib.entrypoints.web.blueprint import PageBlueprint

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)


@routes.page("/development")
def show(page: Page) -> Response:
    """The components."""
    if services().settings.stage != "local":
        raise NotFound("This page exists on the local stage only.")
    return page.render("development.html")
