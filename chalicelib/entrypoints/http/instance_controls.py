"""``/api/instances/{id}/…``: stop a number, let it send again, try it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.parameters import idempotency_key
from chalicelib.entrypoints.http.problems import read_body

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.domain.instance import Instance

routes = ApiBlueprint(__name__)


@routes.route("/api/instances/{instance_id}/pause", methods=["POST"])
def pause(instance_id: str) -> Response:
    """Let nothing more leave from it; answers PAUSING while something is still under way."""
    from chalicelib.entrypoints.http.schemas.fields import millis  # noqa: PLC0415 - schemas, here only
    from chalicelib.entrypoints.http.schemas.instances import PauseBody  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    body = read_body(PauseBody, request.raw_body)
    controls = services().controls
    until = millis(body.until)
    return _shown(controls.pause(client.organization_id, instance_id, client.actor, body.reason, until))


@routes.route("/api/instances/{instance_id}/resume", methods=["POST"])
def resume(instance_id: str) -> Response:
    """Let it send again."""
    client = caller(routes.current_request)
    return _shown(services().controls.resume(client.organization_id, instance_id, client.actor))


@routes.route("/api/instances/{instance_id}/cool-down", methods=["POST"])
def cool_down(instance_id: str) -> Response:
    """Send it to rest."""
    from chalicelib.entrypoints.http.schemas.fields import millis  # noqa: PLC0415
    from chalicelib.entrypoints.http.schemas.instances import CooldownBody  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    body = read_body(CooldownBody, request.raw_body)
    controls, until = services().controls, millis(body.until) or 0
    return _shown(controls.cool_down(client.organization_id, instance_id, client.actor, body.reason, until))


@routes.route("/api/instances/{instance_id}/end-cooldown", methods=["POST"])
def end_cooldown(instance_id: str) -> Response:
    """End its rest before its time."""
    client = caller(routes.current_request)
    return _shown(services().controls.end_cooldown(client.organization_id, instance_id, client.actor))


@routes.route("/api/instances/{instance_id}/test-message", methods=["POST"])
def send_test_message(instance_id: str) -> Response:
    """Hand in a text that must leave from this number; it passes the Gate like any other."""
    from chalicelib.application.intake import trial  # noqa: PLC0415
    from chalicelib.entrypoints.http.readers import times_for  # noqa: PLC0415
    from chalicelib.entrypoints.http.schemas.instances import TestMessageBody  # noqa: PLC0415
    from chalicelib.entrypoints.http.views.message_intents import detail  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    body = read_body(TestMessageBody, request.raw_body)
    instance = services().states.one(client.organization_id, instance_id).instance
    draft = trial(instance, body.to, body.text)
    accepted = services().intake.submit(client.organization_id, client.actor, draft, idempotency_key(request))
    shown = detail(accepted.intent, accepted.content, times_for(request, accepted.organization))
    return json_answer(shown, status=202, replayed=accepted.replayed)


def _shown(instance: Instance) -> Response:
    from chalicelib.entrypoints.http.views.instances import shown  # noqa: PLC0415

    return json_answer(shown(services().states.of(instance)))
