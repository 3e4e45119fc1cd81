"""Errors as RFC 9457 problems: what was wrong, where, and the request's id to ask about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from chalice.app import Response
from pydantic import BaseModel, ValidationError

from chalicelib.bootstrap import services
from chalicelib.domain.errors import (
    BatchUndecided,
    IdempotencyKeyReused,
    InvalidInput,
    NotAuthenticated,
    NotFound,
    PortariaError,
    ProviderUnavailable,
    TransitionRefused,
    VersionConflict,
)
from chalicelib.domain.values import ContentType
from chalicelib.entrypoints.invocation import request_id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalice.app import Request
    from pydantic_core import ErrorDetails

Body = TypeVar("Body", bound=BaseModel)

_PROBLEM = "application/problem+json"
# A function is given at most 6 MB, escapes and headers included. What is larger, the gateway refuses by itself.
LARGEST_BODY = 4_000_000
# When a batch should be asked about again, seconds.
_SOON = "5"
# Names of shapes where a body or member has one of several: one message or many, kinds of content, a policy's forms.
_TAGS = frozenset({*ContentType, "PRESET", "FIGURES", "ONE", "MANY"})

# Which error is answered how: status, stable code, title.
_ANSWERS: dict[type[Exception], tuple[int, str, str]] = {
    InvalidInput: (422, "invalid_input", "The request makes no sense as it is."),
    IdempotencyKeyReused: (422, "idempotency_key_reused", "This idempotency key belongs to another body."),
    BatchUndecided: (409, "being_decided", "This request was accepted and is being decided."),
    NotAuthenticated: (401, "not_authenticated", "Who are you?"),
    NotFound: (404, "not_found", "There is no such thing."),
    TransitionRefused: (409, "not_possible_now", "The state does not allow this now."),
    VersionConflict: (409, "contended", "Others kept changing it; nothing was done. Try again."),
    ProviderUnavailable: (502, "provider_unavailable", "The provider does not answer, or answers no."),
}


class BadRequest(PortariaError):
    """A query parameter or header is wrong, or the body is not JSON."""


class RequestTooLarge(PortariaError):
    """The request's body is larger than the functions can be given."""


class InvalidBody(PortariaError):
    """The request's body does not have the shape it must have."""

    def __init__(self, found: ValidationError) -> None:
        super().__init__("invalid body")
        self.found = found


def read_body(model: type[Body], raw_body: bytes | str | None) -> Body:
    """A request's body as its model.

    Raises:
        InvalidBody: It is not JSON, or not of that shape.
        RequestTooLarge: It has more than ``LARGEST_BODY`` bytes.
    """
    if len(raw_body or b"") > LARGEST_BODY:
        raise RequestTooLarge(f"The body may have at most {LARGEST_BODY:,} bytes; hand in less at once.")
    try:
        return model.model_validate_json(raw_body or b"")
    except ValidationError as error:
        raise InvalidBody(error) from error


_ANSWERS[BadRequest] = (400, "bad_request", "The request cannot be read.")
_ANSWERS[RequestTooLarge] = (413, "request_too_large", "The request is too large.")


def status_of_error(kind: type[Exception]) -> int:
    """The HTTP status that an error is answered with, here and on pages."""
    return _ANSWERS[kind][0]


def answered(request: Request, view: Callable[[], Response]) -> Response:
    """The view's answer, or the problem that stopped it; every answer carries ``Request-Id``."""
    request_id = request_id_of(request)
    try:
        answer = view()
    except InvalidBody as error:
        answer = _invalid(error.found, request_id)
    except Exception as error:  # noqa: BLE001 - the last line before the caller: nothing goes unanswered
        answer = _refused(error, request_id) if type(error) in _ANSWERS else _failed(request, request_id)
    answer.headers["Request-Id"] = request_id
    return answer


def problem(  # noqa: PLR0913 - the members of a problem document
    status: int,
    code: str,
    title: str,
    request_id: str,
    *,
    detail: str = "",
    errors: Sequence[dict[str, str]] = (),
) -> Response:
    """A problem document.

    Args:
        status: HTTP status.
        code: Stable machine-readable code.
        title: The kind of problem, the same for every occurrence.
        request_id: The request's id.
        detail: What is wrong this time and what to do.
        errors: Where: ``{"pointer", "detail"}`` each.
    """
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = list(errors)
    body["request_id"] = request_id
    headers: dict[str, str | list[str]] = {"Content-Type": _PROBLEM}
    if status == _ANSWERS[NotAuthenticated][0]:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(json.dumps(body, ensure_ascii=False), status_code=status, headers=headers)


def _failed(request: Request, request_id: str) -> Response:
    services().journal.failure("request failed", path=str(request.context.get("resourcePath")))
    detail = "Try again; with the same Idempotency-Key nothing is done twice."
    return problem(500, "internal_error", "Something failed on our side.", request_id, detail=detail)


def _refused(error: Exception, request_id: str) -> Response:
    status, code, title = _ANSWERS[type(error)]
    mistakes = [error, *error.others] if isinstance(error, InvalidInput) else []
    errors = [{"pointer": one.pointer, "detail": str(one)} for one in mistakes if one.pointer]
    answer = problem(status, code, title, request_id, detail=str(error), errors=errors)
    if isinstance(error, BatchUndecided):
        answer.headers["Retry-After"] = _SOON
    return answer


def _invalid(error: ValidationError, request_id: str) -> Response:
    """What pydantic found, place by place; the offending value itself is never repeated."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    unreadable = any(item["type"] == "json_invalid" for item in found)
    kind = BadRequest if unreadable else InvalidInput
    status, code, title = _ANSWERS[kind]
    errors = [{"pointer": _pointer(item), "detail": item["msg"].removeprefix("Value error, ")} for item in found]
    return problem(status, code, title, request_id, detail=errors[0]["detail"], errors=errors)


def _pointer(found: ErrorDetails) -> str:
    """Where it is in the body; pydantic also names which of several shapes it chose, which is no member of the body."""
    parts = [str(part) for part in found["loc"] if part not in _TAGS]
    if found["type"].startswith("union_tag"):
        parts.append("type")
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
