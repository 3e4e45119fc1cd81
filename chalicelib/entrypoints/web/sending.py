"""``/sending``: stop all of an organization's numbers at once, let them go on, and who did so before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.errors import InvalidInput, NotFound, TransitionRefused
from chalicelib.domain.role import Role
from chalicelib.entrypoints.http.cursors import after_of, next_of
from chalicelib.entrypoints.web.blueprint import PageBlueprint
from chalicelib.entrypoints.web.places import HOME

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.entrypoints.http.schemas.instances import PauseBody
    from chalicelib.entrypoints.web.forms import Form
    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)

_ENTRIES = 25


@routes.page("/sending")
def show(page: Page) -> Response:
    """Whether it runs, what can be done about that, and what happened to the organization."""
    return _shown(page)


@routes.page("/sending/{act}")
def back(page: Page, act: str) -> Response:
    """Whoever opens a form's address anew gets to the page that has it."""
    del act
    return page.redirect("sending")


@routes.page("/sending/{act}", methods=["POST"], role=Role.OPERATOR)
def work(page: Page, act: str) -> Response:
    """Pause or resume."""
    if act not in _ACTS:
        raise NotFound("There is no such action.")
    return _ACTS[act](page)


def _pause(page: Page) -> Response:
    from chalicelib.entrypoints.http.schemas.fields import millis  # noqa: PLC0415 - schemas, here only
    from chalicelib.entrypoints.http.schemas.instances import PauseBody  # noqa: PLC0415
    from chalicelib.entrypoints.web.forms import read_form, refused, with_moment  # noqa: PLC0415

    form = read_form(page, PauseBody, meant=with_moment(page, "until"))
    body = form.body
    if body is None:
        return _shown(page, form)
    try:
        services().operations.pause(page.organization.id, page.actor, body.reason, millis(body.until))
    except InvalidInput as error:
        return _shown(page, refused(page, form, "until", str(error)))
    except TransitionRefused:
        return page.redirect(HOME, {"done": "not_possible"})
    return page.redirect(HOME, {"done": "all_paused"})


def _resume(page: Page) -> Response:
    try:
        services().operations.resume(page.organization.id, page.actor)
    except TransitionRefused:
        return page.redirect(HOME, {"done": "not_possible"})
    return page.redirect(HOME, {"done": "resumed"})


def _shown(page: Page, form: Form[PauseBody] | None = None) -> Response:
    from chalicelib.entrypoints.web.forms import Form  # noqa: PLC0415 - schemas and words, here only
    from chalicelib.entrypoints.web.views.journal import happened  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.people import names_of  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.sending import sending  # noqa: PLC0415

    organization = services().onboarding.organization(page.organization.id)
    bound = {"organization_id": organization.id, "query": "organization journal"}
    found = services().operations.journal(organization.id, after_of(page.query, **bound), _ENTRIES)
    pausing = [organization.paused.by] if organization.paused else []
    names = names_of(page, [*pausing, *(entry.actor for entry in found.entries)])
    return page.render(
        "sending.html",
        422 if form else 200,
        sending=sending(page, services().operations.of(organization), names),
        form=form or Form(),
        entries=[happened(page.times, entry, names) for entry in found.entries],
        older=next_of(found.after, **bound),
        first="cursor" not in page.query,
    )


_ACTS = {"pause": _pause, "resume": _resume}
