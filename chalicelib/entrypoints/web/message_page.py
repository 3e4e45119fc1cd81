"""One message's page, also with a form that has to be put right."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib.bootstrap import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.entrypoints.web.forms import Form
    from chalicelib.entrypoints.web.page import Page


def show_message(
    page: Page, intent_id: str, forms: Mapping[str, Form[Any]] | None = None, revealed: str | None = None
) -> Response:
    """One message as it is now; nothing when its page asks for news and there are none.

    Args:
        page: Who reads.
        intent_id: The message.
        forms: Forms that something is wrong with, by what they do.
        revealed: The recipient's phone in full, when somebody just asked for it.

    Raises:
        NotFound: There is no such message.
    """
    from chalicelib.entrypoints.web.forms import Form  # noqa: PLC0415 - schemas and words, on these pages only
    from chalicelib.entrypoints.web.views.message import message  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.numbers import number_names  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.people import names_of  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.timeline import actor_of  # noqa: PLC0415

    intent, content = services().queries.one(page.organization.id, intent_id)
    actors = names_of(page, [actor_of(event) for event in intent.timeline])
    shown = message(page, intent, content, number_names(page), actors)
    if page.partial and shown.due is not None and page.query.get("version") == str(intent.version):
        return Response("", status_code=204)
    template = "fragments/message.html" if page.partial else "message.html"
    filled: defaultdict[str, Form[Any]] = defaultdict(Form, forms or {})
    return page.render(template, 422 if forms else 200, message=shown, forms=filled, revealed=revealed)
