"""Errors as pages, in the reader's language: what happened, and a way on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.errors import (
    InvalidInput,
    NotFound,
    PortariaError,
    ProviderUnavailable,
    TransitionRefused,
    VersionConflict,
)
from chalicelib.entrypoints.http.problems import BadRequest
from chalicelib.entrypoints.invocation import request_id_of
from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.entrypoints.web.page import Page


class Forbidden(PortariaError):
    """The visitor's role does not allow it."""


class FormExpired(PortariaError):
    """A form without its session's token: too old, or another site's."""


# Which error is answered how: status, heading, what to do.
_WORDS: dict[type[Exception], tuple[int, str, str]] = {
    NotFound: (
        404,
        mark("There is nothing here"),
        mark("It does not exist, or it belongs to another organization. Check the address or search for it."),
    ),
    Forbidden: (
        403,
        mark("Your role does not allow this"),
        mark("Ask an administrator of your organization. Nothing was changed."),
    ),
    FormExpired: (
        403,
        mark("This form is no longer valid"),
        mark("It was open for too long, or you signed in again meanwhile. Nothing was changed; open the page anew."),
    ),
    BadRequest: (
        400,
        mark("This address cannot be read"),
        mark("A filter or a page in the address makes no sense. Start again from the list."),
    ),
    InvalidInput: (
        422,
        mark("That makes no sense as it is"),
        mark("Nothing was changed. Go back and check what you filled in."),
    ),
    TransitionRefused: (
        409,
        mark("This is not possible now"),
        mark("The state has changed meanwhile. Nothing was changed; the page shows what is possible."),
    ),
    VersionConflict: (
        409,
        mark("Somebody else changed it first"),
        mark("Somebody else kept changing the same thing. Nothing was changed; try again."),
    ),
    ProviderUnavailable: (
        502,
        mark("The provider does not answer"),
        mark("Nothing was changed. Try again in a moment; if it stays so, look at the bridge."),
    ),
}
_OURS = (500, mark("Something failed on our side"), mark("Try again. If it stays so, tell us the number below."))


def failed(page: Page, error: Exception) -> Response:
    """The page that tells of an error; what we did not foresee is logged with its trace."""
    if type(error) not in _WORDS:
        services().journal.failure("page failed", path=page.request.path)
    status, heading, advice = _WORDS.get(type(error), _OURS)
    return page.render(
        "error.html",
        status,
        heading=page.gettext(heading),
        advice=page.gettext(advice),
        request_id=request_id_of(page.request),
    )
