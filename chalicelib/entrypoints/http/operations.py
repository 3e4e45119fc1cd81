"""``/api/ops/…``: stop all sending of the caller's organization, and let it go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.problems import read_body

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.domain.organization import Organization

routes = ApiBlueprint(__name__)


@routes.route("/api/ops/pause", methods=["POST"])
def pause() -> Response:
    """Let nothing more leave from any number; answers PAUSING while something is still under way."""
    from chalicelib.entrypoints.http.schemas.fields import millis  # noqa: PLC0415 - schemas, here only
    from chalicelib.entrypoints.http.schemas.instances import PauseBody  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    body = read_body(PauseBody, request.raw_body)
    until = millis(body.until)
    return _shown(services().operations.pause(client.organization_id, client.actor, body.reason, until))


@routes.route("/api/ops/resume", methods=["POST"])
def resume() -> Response:
    """Let all numbers send again; what waits leaves oldest first, at the policy's pace."""
    client = caller(routes.current_request)
    return _shown(services().operations.resume(client.organization_id, client.actor))


def _shown(organization: Organization) -> Response:
    from chalicelib.entrypoints.http.views.organization import shown  # noqa: PLC0415 - schemas, here only

    return json_answer(shown(services().operations.of(organization)))
