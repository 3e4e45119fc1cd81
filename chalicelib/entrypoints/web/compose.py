"""``/messages/new``: write a test message by hand."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.errors import IdempotencyKeyReused
from chalicelib.domain.role import Role
from chalicelib.entrypoints.web.blueprint import PageBlueprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalice.app import Response

    from chalicelib.application.instances.board import Post
    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)

_KEY_BYTES = 16


@routes.page("/messages/new")
def show(page: Page) -> Response:
    """The form, its number chosen already if the address names one; who may only look is told so."""
    if not page.may(Role.OPERATOR):
        return page.render("compose.html", 403)
    posts = services().boards.of(page.organization.id).posts
    return _form(page, posts, {"instance_id": page.query.get("instance_id", "")}, {})


@routes.page("/messages/new", methods=["POST"], role=Role.OPERATOR)
def send(page: Page) -> Response:
    """Hand the message in, once per form however often it is sent, and show what becomes of it."""
    from chalicelib.entrypoints.web.views.compose import read_letter  # noqa: PLC0415 - phone tables, here only

    posts = services().boards.of(page.organization.id).posts
    letter = read_letter(page, posts)
    if letter.draft is None:
        return _form(page, posts, page.form, letter.errors)
    key = page.form.get("key")
    try:
        accepted = services().intake.submit(
            page.organization.id, page.actor, letter.draft, f"panel {key}" if key else None
        )
    except IdempotencyKeyReused:
        again = page.gettext("This form has sent a message already. Send again if you want another one.")
        return _form(page, posts, {**page.form, "key": ""}, {"text": again})
    return page.redirect(f"messages/{accepted.intent.id}", {"done": "already_done"} if accepted.replayed else None)


def _form(page: Page, posts: Sequence[Post], values: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    from chalicelib.entrypoints.web.views.compose import choices  # noqa: PLC0415 - as above

    key = values.get("key") or secrets.token_urlsafe(_KEY_BYTES)
    status = 422 if errors else 200
    return page.render("compose.html", status, values=values, errors=errors, key=key, numbers=choices(page, posts))
