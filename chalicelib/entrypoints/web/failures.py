"""Errors as pages, in the reader's language: what happened, and a way on."""

from __future__ import annotations

from http import HTTPStatus
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
from chalicelib.entrypoints.http.problems import BadRequest, status_of_error
from chalicelib.entrypoints.invocation import request_id_of
from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.entrypoints.web.page import Page


class Forbidden(PortariaError):
    """The visitor's role does not allow it."""


class FormExpired(PortariaError):
    """A form without its session's token: too old, or another site's."""


# What each error is called, and what to do.
_WORDS: dict[type[Exception], tuple[str, str]] = {
    NotFound: (
        mark("There is nothing here"),
        mark("It does not exist, or it belongs to another organization. Check the address or search for it."),
    ),
    Forbidden: (
        mark("Your role does not allow this"),
        mark("Ask an administrator of your organization. Nothing was changed."),
    ),
    FormExpired: (
        mark("This form is no longer valid"),
        mark("It was open for too long, or you signed in again meanwhile. Nothing was changed; open the page anew."),
    ),
    BadRequest: (
        mark("This address cannot be read"),
        mark("A filter or a page in the address makes no sense. Start again from the list."),
    ),
    InvalidInput: (
        mark("That makes no sense as it is"),
        mark("Nothing was changed. Go back and check what you filled in."),
    ),
    TransitionRefused: (
        mark("This is not possible now"),
        mark("The state has changed meanwhile. Nothing was changed; the page shows what is possible."),
    ),
    VersionConflict: (
        mark("Somebody else changed it first"),
        mark("Somebody else kept changing the same thing. Nothing was changed; try again."),
    ),
    ProviderUnavailable: (
        mark("The provider does not answer"),
        mark("Nothing was changed. Try again in a moment; if it stays so, look at the bridge."),
    ),
}
_OURS = (mark("Something failed on our side"), mark("Try again. If it stays so, tell us the number below."))


def failed(page: Page, error: Exception) -> Response:
    """The page that tells of an error; what we did not foresee is logged with its trace."""
    if type(error) not in _WORDS:
        services().journal.failure("page failed", path=page.request.path)
    heading, advice = _WORDS.get(type(error), _OURS)
    return page.render(
        "error.html",
        _status(type(error)),
        heading=page.gettext(heading),
        advice=page.gettext(advice),
        request_id=request_id_of(page.request),
    )


def _status(kind: type[Exception]) -> int:
    if kind in {Forbidden, FormExpired}:
        return HTTPStatus.FORBIDDEN
    return status_of_error(kind) if kind in _WORDS else HTTPStatus.INTERNAL_SERVER_ERROR
