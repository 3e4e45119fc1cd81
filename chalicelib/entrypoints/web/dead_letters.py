"""``/dead-letters``: messages whose retries are exhausted, and a redrive of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap import services
from chalicelib.domain.errors import NotFound, TransitionRefused
from chalicelib.domain.role import Role
from chalicelib.entrypoints.http.cursors import after_of, next_of
from chalicelib.entrypoints.web.blueprint import PageBlueprint

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.entrypoints.web.forms import Form
    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)

PLACE = "dead-letters"
_PAGE = 25


@routes.page(f"/{PLACE}")
def show(page: Page) -> Response:
    """What died and why, and how far a redrive is; while one runs the page asks for its content anew."""
    return _shown(page)


@routes.page(f"/{PLACE}/{{act}}")
def back(page: Page, act: str) -> Response:
    """Whoever opens a form's address anew gets to the page that has it."""
    del act
    return page.redirect(PLACE)


@routes.page(f"/{PLACE}/{{act}}", methods=["POST"], role=Role.OPERATOR)
def work(page: Page, act: str) -> Response:
    """Begin a redrive, or cancel it."""
    if act not in _ACTS:
        raise NotFound("There is no such action.")
    try:
        return _ACTS[act](page)
    except TransitionRefused:
        return page.redirect(PLACE, {"done": "not_possible"})


def _redrive(page: Page) -> Response:
    from chalicelib.entrypoints.http.schemas.dead_letters import RedriveBody  # noqa: PLC0415 - schemas, here only
    from chalicelib.entrypoints.web.forms import read_form  # noqa: PLC0415

    form = read_form(page, RedriveBody)
    if form.body is None:
        return _shown(page, form)
    services().dead_letters.begin(page.organization.id, page.actor, form.body.reason, form.body.per_minute)
    return page.redirect(PLACE, {"done": "redrive_begun"})


def _cancel(page: Page) -> Response:
    services().dead_letters.cancel(page.organization.id, page.actor)
    return page.redirect(PLACE, {"done": "redrive_cancelled"})


def _shown(page: Page, form: Form[Any] | None = None) -> Response:
    from chalicelib.domain.redrive import USUAL_RATE  # noqa: PLC0415 - on this page only, as all below
    from chalicelib.entrypoints.web.forms import Form  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.dead_letters import buried, letter_row, redrive_shown  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.numbers import number_names  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.people import names_of  # noqa: PLC0415

    book, organization_id = services().dead_letters, page.organization.id
    bound = {"organization_id": organization_id, "query": PLACE}
    found, redrive = book.page(organization_id, after_of(page.query, **bound), _PAGE), book.redrive(organization_id)
    numbers = number_names(page) if found.intents else {}
    names = names_of(page, [redrive.by, redrive.ended_by] if redrive else [])
    return page.render(
        "fragments/dead_letters.html" if page.partial else "dead_letters.html",
        422 if form else 200,
        rows=[letter_row(page, intent, numbers) for intent in found.intents],
        redrive=redrive_shown(page, redrive, book.count(organization_id), names) if redrive else None,
        buried=buried(page, book.messages()),
        form=form or Form({"per_minute": str(USUAL_RATE)}),
        older=next_of(found.after, **bound),
        first="cursor" not in page.query,
    )


_ACTS = {"redrive": _redrive, "cancel": _cancel}
