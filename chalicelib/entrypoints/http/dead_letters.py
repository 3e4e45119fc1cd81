"""``/api/ops/dead-letters``: messages whose retries are exhausted, and a redrive of them through the Gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.errors import NotFound
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.cursors import after_of, next_of
from chalicelib.entrypoints.http.parameters import limit_of, query_parameters
from chalicelib.entrypoints.http.problems import read_body

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.domain.redrive import Redrive

routes = ApiBlueprint(__name__)


@routes.route("/api/ops/dead-letters", methods=["GET"])
def page() -> Response:
    """One page of the organization's dead letters, newest first, and how far its redrive is."""
    from chalicelib.entrypoints.http.schemas.dead_letters import DeadLetterList  # noqa: PLC0415 - schemas, here only
    from chalicelib.entrypoints.http.schemas.fields import instant  # noqa: PLC0415
    from chalicelib.entrypoints.http.views.dead_letters import dead_letter, redrive_view  # noqa: PLC0415

    request, book = routes.current_request, services().dead_letters
    client = caller(request)
    parameters = query_parameters(request, frozenset({"limit", "cursor"}))
    bound = {"organization_id": client.organization_id, "query": "dead-letters"}
    found = book.page(client.organization_id, after_of(parameters, **bound), limit_of(parameters))
    cursor, redrive = next_of(found.after, **bound), book.redrive(client.organization_id)
    body = DeadLetterList(
        data=[dead_letter(intent) for intent in found.intents],
        next_cursor=cursor,
        has_more=cursor is not None,
        searched_until=instant(found.searched_until),
        count=book.count(client.organization_id),
        messages=book.messages(),
        redrive=redrive_view(redrive) if redrive else None,
    )
    return json_answer(body)


@routes.route("/api/ops/dead-letters/redrive", methods=["GET"])
def progress() -> Response:
    """How far the present redrive is, or how the last one ended."""
    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    redrive = services().dead_letters.redrive(client.organization_id)
    if redrive is None:
        raise NotFound("There was no redrive yet.")
    return _shown(redrive)


@routes.route("/api/ops/dead-letters/redrive", methods=["POST"])
def begin() -> Response:
    """Let all that is a dead letter now go through the Gate once more, at a rate; 409 while a redrive runs."""
    from chalicelib.entrypoints.http.schemas.dead_letters import RedriveBody  # noqa: PLC0415 - schemas, here only

    request = routes.current_request
    client = caller(request)
    body = read_body(RedriveBody, request.raw_body)
    begun = services().dead_letters.begin(client.organization_id, client.actor, body.reason, body.per_minute)
    return _shown(begun, 202)


@routes.route("/api/ops/dead-letters/redrive/cancel", methods=["POST"])
def cancel() -> Response:
    """Let the redrive go no further; what it has redriven stays so, and another redrive does the rest."""
    client = caller(routes.current_request)
    return _shown(services().dead_letters.cancel(client.organization_id, client.actor))


def _shown(redrive: Redrive, status: int = 200) -> Response:
    from chalicelib.entrypoints.http.views.dead_letters import redrive_view  # noqa: PLC0415 - schemas, here only

    return json_answer(redrive_view(redrive), status)
