"""``/api/instances/{id}/…``: connect a number, watch it connect, and disconnect it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.links import api_url
from chalicelib.entrypoints.http.parameters import query_parameters
from chalicelib.entrypoints.http.problems import read_body

if TYPE_CHECKING:
    from chalice.app import Response

routes = ApiBlueprint(__name__)


@routes.route("/api/instances/{instance_id}/connect", methods=["POST"])
def connect(instance_id: str) -> Response:
    """Start its session; ``…/qr`` shows the code, ``…/connection`` what came of it."""
    from chalicelib.entrypoints.http.views.instances import session  # noqa: PLC0415 - schemas, here only

    request = routes.current_request
    client = caller(request)
    started = services().sessions.connect(client.organization_id, instance_id, client.actor, api_url(request))
    return json_answer(session(services().states.of(started), None), status=202)


@routes.route("/api/instances/{instance_id}/connection", methods=["GET"])
def connection(instance_id: str) -> Response:
    """What is known of its session, a few seconds old at most while its provider answers."""
    from chalicelib.entrypoints.http.views.instances import session  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    instance, code = services().sessions.connection(client.organization_id, instance_id)
    return json_answer(session(services().states.of(instance), code))


@routes.route("/api/instances/{instance_id}/qr", methods=["GET"])
def show_qr(instance_id: str) -> Response:
    """The code to scan now, if there is one."""
    from chalicelib.entrypoints.http.views.instances import qr  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    instance, code = services().sessions.connection(client.organization_id, instance_id)
    return json_answer(qr(services().states.of(instance), code))


@routes.route("/api/instances/{instance_id}/pairing-code", methods=["POST"])
def pairing_code(instance_id: str) -> Response:
    """A code to type on the phone instead of scanning."""
    from chalicelib.entrypoints.http.schemas.instances import PairingBody, PairingView  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    body = read_body(PairingBody, request.raw_body)
    code = services().sessions.pairing_code(client.organization_id, instance_id, body.phone)
    return json_answer(PairingView(pairing_code=code))


@routes.route("/api/instances/{instance_id}/logout", methods=["POST"])
def logout(instance_id: str) -> Response:
    """Remove its pairing."""
    from chalicelib.entrypoints.http.views.instances import session  # noqa: PLC0415

    client = caller(routes.current_request)
    ended = services().sessions.logout(client.organization_id, instance_id, client.actor)
    return json_answer(session(services().states.of(ended), None))


@routes.route("/api/instances/{instance_id}/groups", methods=["GET"])
def list_groups(instance_id: str) -> Response:
    """The groups it is a member of."""
    from chalicelib.entrypoints.http.views.instances import groups  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    return json_answer(groups(services().sessions.groups(client.organization_id, instance_id)))
