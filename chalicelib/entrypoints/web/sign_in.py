"""``/sign-in``, ``/first-password``, ``/sign-out``: a member's way in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.application.ports.identities import NewPasswordRequired
from chalicelib.bootstrap import services
from chalicelib.domain.errors import InvalidInput, SignInRefused
from chalicelib.entrypoints.web.blueprint import PageBlueprint
from chalicelib.entrypoints.web.places import HOME, inside
from chalicelib.entrypoints.web.session import begin, is_secure
from chalicelib.entrypoints.web.words.entry import REFUSALS

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.application.ports.directory import Membership
    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)


@routes.page("/sign-in", role=None)
def show(page: Page) -> Response:
    """The form; whoever is signed in already goes on."""
    if page.membership is not None:
        return page.redirect(inside(page.query.get("next", "")))
    return _form(page, page.query.get("next", ""))


@routes.page("/sign-in", methods=["POST"], role=None)
def enter(page: Page) -> Response:
    """Check e-mail address and password; a temporary password must be replaced first."""
    try:
        found = services().members.admit(page.form.get("email", ""), page.form.get("password", ""))
    except SignInRefused as error:
        return _form(page, page.form.get("next", ""), page.gettext(REFUSALS[error.refusal]))
    if isinstance(found, NewPasswordRequired):
        return _first_password(page, found.challenge)
    return _entered(page, found)


@routes.page("/first-password", methods=["POST"], role=None)
def replace(page: Page) -> Response:
    """Replace a temporary password and go in."""
    challenge, password = page.form.get("challenge", ""), page.form.get("password", "")
    if password != page.form.get("again", ""):
        return _first_password(page, challenge, again=page.gettext("The two passwords differ."))
    try:
        found = services().members.set_first_password(challenge, password)
    except InvalidInput:
        weak = page.gettext("Use at least 12 characters, without a blank at either end.")
        return _first_password(page, challenge, password=weak)
    except SignInRefused as error:
        return _form(page, page.form.get("next", ""), page.gettext(REFUSALS[error.refusal]))
    return _entered(page, found)


@routes.page("/first-password", role=None)
def restart(page: Page) -> Response:
    """Whoever opens the form's address anew begins at the door: what it needs came with the sign-in."""
    return page.redirect("sign-in")


@routes.page("/sign-out", role=None)
def stay(page: Page) -> Response:
    """An address that somebody merely opens ends nothing."""
    return page.redirect(HOME)


@routes.page("/sign-out", methods=["POST"], role=None)
def leave(page: Page) -> Response:
    """End the session in this browser."""
    answer = page.redirect("sign-in", {"done": "signed_out"})
    answer.headers["Set-Cookie"] = begin().cookie(secure=is_secure(page.request))
    return answer


def _form(page: Page, following: str, refused: str | None = None) -> Response:
    status = 401 if refused else 200
    return page.render(
        "sign_in.html", status, next=following, email=page.form.get("email", "") if refused else "", refused=refused
    )


def _first_password(page: Page, challenge: str, **errors: str) -> Response:
    following = page.form.get("next", "")
    return page.render(
        "first_password.html", 422 if errors else 200, challenge=challenge, next=following, errors=errors
    )


def _entered(page: Page, member: Membership) -> Response:
    answer = page.redirect(inside(page.form.get("next", "")))
    session = begin(member.organization.id, member.member.id)
    answer.headers["Set-Cookie"] = session.cookie(secure=is_secure(page.request))
    return answer
