"""``/api/contacts/{target}``: a person under any of their names, and what they want to receive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.preference import Preference
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.parameters import query_parameters
from chalicelib.entrypoints.http.problems import read_body

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.domain.preference import OptOut

routes = ApiBlueprint(__name__)


@routes.route("/api/contacts/{target}", methods=["GET"])
def show(target: str) -> Response:
    """The person with this phone, WhatsApp address, hidden name or contact id."""
    from chalicelib.entrypoints.http.names import read_name  # noqa: PLC0415 - phone tables, here only
    from chalicelib.entrypoints.http.views.contacts import shown  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    return json_answer(shown(services().book.find(client.organization_id, read_name(target))))


@routes.route("/api/contacts/{target}/opt-out", methods=["PUT"])
def opt_out(target: str) -> Response:
    """Write down that the person no longer wants some or all messages."""
    from chalicelib.entrypoints.http.schemas.contacts import OptOutBody  # noqa: PLC0415

    body = read_body(OptOutBody, routes.current_request.raw_body)
    return _prefer(target, body.scope, body.proof)


@routes.route("/api/contacts/{target}/opt-out", methods=["DELETE"])
def opt_in(target: str) -> Response:
    """Write down that the person wants messages again."""
    from chalicelib.entrypoints.http.schemas.contacts import OptInBody  # noqa: PLC0415

    body = read_body(OptInBody, routes.current_request.raw_body)
    return _prefer(target, None, body.proof)


def _prefer(target: str, scope: OptOut | None, proof: str) -> Response:
    from chalicelib.entrypoints.http.names import read_name  # noqa: PLC0415
    from chalicelib.entrypoints.http.views.contacts import shown  # noqa: PLC0415

    client = caller(routes.current_request)
    wish = Preference(scope, services().clock.now(), client.actor, proof)
    return json_answer(shown(services().book.prefer(client.organization_id, read_name(target), wish)))
