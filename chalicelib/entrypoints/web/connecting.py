"""``/instances/{id}/connect``: pair a number's phone and watch it happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.errors import ProviderUnavailable, TransitionRefused
from chalicelib.domain.role import Role
from chalicelib.entrypoints.http.links import api_url
from chalicelib.entrypoints.web.blueprint import PageBlueprint

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.entrypoints.http.schemas.instances import PairingBody
    from chalicelib.entrypoints.web.forms import Form
    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)

_MOST_DIGITS = 5


@routes.page("/instances/{instance_id}/connect", role=Role.OPERATOR)
def show(page: Page, instance_id: str) -> Response:
    """Where the session is; the page asks for its content anew while something may happen."""
    return _shown(page, instance_id)


@routes.page("/instances/{instance_id}/connect", methods=["POST"], role=Role.OPERATOR)
def begin(page: Page, instance_id: str) -> Response:
    """Start the session, or start it again, and watch it."""
    return start(page, instance_id)


def start(page: Page, instance_id: str) -> Response:
    """Start the session and go to where it is watched, whatever comes of it."""
    done = {"n": str(count_of(page))}
    try:
        services().sessions.connect(page.organization.id, instance_id, page.actor, api_url(page.request))
    except TransitionRefused:
        done["done"] = "not_possible"
    except ProviderUnavailable:
        done["done"] = "unreachable"
    return page.redirect(f"instances/{instance_id}/connect", done)


def show_typed_code(page: Page, instance_id: str) -> Response:
    """A code to type on the phone instead of scanning one."""
    from chalicelib.entrypoints.http.schemas.instances import PairingBody  # noqa: PLC0415 - schemas, here only
    from chalicelib.entrypoints.web.forms import read_form  # noqa: PLC0415

    form = read_form(page, PairingBody)
    if form.body is None:
        return _shown(page, instance_id, form=form)
    failed = {"n": str(count_of(page))}
    try:
        code = services().sessions.pairing_code(page.organization.id, instance_id, form.body.phone)
    except TransitionRefused:
        return page.redirect(f"instances/{instance_id}/connect", {**failed, "done": "not_possible"})
    except ProviderUnavailable:
        return page.redirect(f"instances/{instance_id}/connect", {**failed, "done": "unreachable"})
    return _shown(page, instance_id, typed=code)


def _shown(page: Page, instance_id: str, form: Form[PairingBody] | None = None, typed: str = "") -> Response:
    from chalicelib.entrypoints.web.forms import Form  # noqa: PLC0415 - schemas and words, on these pages only
    from chalicelib.entrypoints.web.views.connecting import connecting  # noqa: PLC0415

    instance, code = services().sessions.connection(page.organization.id, instance_id)
    view = connecting(page, services().states.of(instance), code, count_of(page))
    news = page.partial and page.query.get("was") != view.phase
    template = "fragments/connect.html" if page.partial else "connect.html"
    return page.render(template, 422 if form else 200, view=view, form=form or Form(), typed=typed, news=news)


def count_of(page: Page) -> int:
    """How many times the page has looked: it goes on when a session is started again."""
    text = page.query.get("n") or page.form.get("n", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0
