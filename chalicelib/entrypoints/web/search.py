"""``/search``: one box for any id or phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.values import is_group_id, is_id
from chalicelib.entrypoints.web.blueprint import PageBlueprint

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)


@routes.page("/search")
def search(page: Page) -> Response:
    """Lead to what was looked for, or say what can be."""
    from chalicelib.entrypoints.web.views.phones import read_phone  # noqa: PLC0415 - phone tables, here only

    text, organization = page.query.get("q", "").strip(), page.organization
    if is_id(text, "ins") and services().directory.instance(organization.id, text):
        return page.redirect(f"instances/{text}/overview")
    found = services().queries.find(organization.id, text)
    if len(found) == 1:
        return page.redirect(f"messages/{found[0].id}")
    if found:
        return page.redirect("messages", {"external_id": text})
    recipient = text if is_group_id(text) else read_phone(text, organization.locale)
    return page.redirect("messages", {"target": recipient}) if recipient else page.render("search.html", sought=text)
