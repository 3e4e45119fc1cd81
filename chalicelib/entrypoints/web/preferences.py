"""``/preferences``: the language and the theme of one browser, kept in its cookies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.entrypoints.web.blueprint import PageBlueprint
from chalicelib.entrypoints.web.languages import LANGUAGE_COOKIE, LANGUAGES
from chalicelib.entrypoints.web.page import THEME_COOKIE, THEMES
from chalicelib.entrypoints.web.places import HOME, inside

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)

_YEAR_SECONDS = 365 * 24 * 60 * 60
_CHOICES = {"language": (LANGUAGE_COOKIE, LANGUAGES), "theme": (THEME_COOKIE, THEMES)}


@routes.page("/preferences", role=None)
def show(page: Page) -> Response:
    """Whoever opens the form's address anew goes on: the choices stand on every page."""
    return page.redirect(HOME)


@routes.page("/preferences", methods=["POST"], role=None)
def choose(page: Page) -> Response:
    """Keep what was chosen, and go back to where that was."""
    answer = page.redirect(inside(page.form.get("back", "")))
    answer.headers["Set-Cookie"] = [
        f"{cookie}={page.form[field]}; Max-Age={_YEAR_SECONDS}; SameSite=Lax"
        for field, (cookie, allowed) in _CHOICES.items()
        if page.form.get(field) in allowed
    ]
    return answer
