"""``/overview``: the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.entrypoints.web.blueprint import PageBlueprint

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)


@routes.page("/overview")
def show(page: Page) -> Response:
    """What was sent, what waits, which numbers need somebody; the page asks for its content anew while it is seen."""
    from chalicelib.entrypoints.web.views.overview import overview  # noqa: PLC0415 - words, on this page only
    from chalicelib.entrypoints.web.views.people import names_of  # noqa: PLC0415

    board, counts = services().overviews.of(page.organization.id, page.times.day_began_at())
    pauses = [board.state.organization.paused, *(post.state.instance.paused for post in board.posts)]
    dead = services().dead_letters.count(page.organization.id)
    names = names_of(page, [pause.by for pause in pauses if pause])
    template = "fragments/overview.html" if page.partial else "overview.html"
    return page.render(template, overview=overview(page, board, counts, names, dead))
