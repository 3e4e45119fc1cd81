"""``/``: leads to the panel's first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib.entrypoints.web.blueprint import PageBlueprint
from chalicelib.entrypoints.web.places import HOME

if TYPE_CHECKING:
    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)


@routes.page("/", role=None)
def home(page: Page) -> Response:
    """Send the browser on; below a stage's prefix its address may lack the last slash, which relative links need."""
    last = str(page.request.context.get("path", "/")).rpartition("/")[2]
    return Response("", status_code=303, headers={"Location": f"{last}/{HOME}" if last else HOME})
