"""``/api/instances``: the organization's numbers, and what happened to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.cursors import after_of, next_of
from chalicelib.entrypoints.http.parameters import idempotency_key, limit_of, query_parameters
from chalicelib.entrypoints.http.problems import read_body

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.domain.instance import Instance
    from chalicelib.domain.policy import Policy
    from chalicelib.entrypoints.http.schemas.policy import PolicyChoice

routes = ApiBlueprint(__name__)

_PAGE = frozenset({"limit", "cursor"})


@routes.route("/api/instances", methods=["POST"])
def create() -> Response:
    """Create a number that still has to be connected."""
    from chalicelib.application.instances.registry import NewInstance  # noqa: PLC0415 - needed here only
    from chalicelib.entrypoints.http.schemas.instances import NewInstanceBody  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    body = read_body(NewInstanceBody, request.raw_body)
    wanted = NewInstance(body.name, body.provider, body.purpose, _chosen(body.policy), body.warmed_up)
    created = services().registry.create(client.organization_id, client.actor, wanted, idempotency_key(request))
    return _shown(created.instance, status=201, replayed=created.replayed)


@routes.route("/api/instances", methods=["GET"])
def page() -> Response:
    """One page of the organization's numbers, from what is stored: no provider is asked."""
    from chalicelib.entrypoints.http.schemas.instances import InstanceList  # noqa: PLC0415
    from chalicelib.entrypoints.http.views.instances import shown  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    parameters = query_parameters(request, _PAGE)
    bound = {"organization_id": client.organization_id, "query": "instances"}
    found = services().states.page(client.organization_id, after_of(parameters, **bound), limit_of(parameters))
    cursor = next_of(found.after, **bound)
    rows = [shown(state) for state in found.states]
    return json_answer(InstanceList(data=rows, next_cursor=cursor, has_more=cursor is not None))


@routes.route("/api/instances/{instance_id}", methods=["GET"])
def show(instance_id: str) -> Response:
    """One number as it is stored."""
    from chalicelib.entrypoints.http.views.instances import shown  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    return json_answer(shown(services().states.one(client.organization_id, instance_id)))


@routes.route("/api/instances/{instance_id}", methods=["PATCH"])
def change(instance_id: str) -> Response:
    """Rename a number, change what it is meant for, how it is paced, or whether it needs a warm-up."""
    from chalicelib.application.instances.registry import Changes, Keep  # noqa: PLC0415 - needed here only
    from chalicelib.entrypoints.http.schemas.instances import InstanceChanges  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    body = read_body(InstanceChanges, request.raw_body)
    pacing = _chosen(body.policy) if "policy" in body.model_fields_set else Keep.KEEP
    wanted = Changes(body.name, body.purpose, pacing, body.warmed_up)
    return _shown(services().registry.change(client.organization_id, instance_id, client.actor, wanted))


@routes.route("/api/instances/{instance_id}", methods=["DELETE"])
def retire(instance_id: str) -> Response:
    """Take a number out of use for good."""
    client = caller(routes.current_request)
    return _shown(services().registry.retire(client.organization_id, instance_id, client.actor))


@routes.route("/api/instances/{instance_id}/reinstate", methods=["POST"])
def reinstate(instance_id: str) -> Response:
    """Bring a banned number back."""
    from chalicelib.entrypoints.http.schemas.instances import ReinstateBody  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    body = read_body(ReinstateBody, request.raw_body)
    return _shown(services().registry.reinstate(client.organization_id, instance_id, client.actor, body.reason))


@routes.route("/api/instances/{instance_id}/health", methods=["GET"])
def health(instance_id: str) -> Response:
    """How a number is doing, why, and by which figures."""
    from chalicelib.entrypoints.http.views.health import health_of  # noqa: PLC0415 - needed here only

    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    return json_answer(health_of(services().states.one(client.organization_id, instance_id)))


@routes.route("/api/instances/{instance_id}/journal", methods=["GET"])
def journal(instance_id: str) -> Response:
    """One page of what happened to a number, newest first."""
    from chalicelib.entrypoints.http.schemas.instances import JournalList  # noqa: PLC0415
    from chalicelib.entrypoints.http.views.instances import entry  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    parameters = query_parameters(request, _PAGE)
    bound = {"organization_id": client.organization_id, "query": f"journal {instance_id}"}
    after = after_of(parameters, **bound)
    found = services().states.journal(client.organization_id, instance_id, after, limit_of(parameters))
    cursor = next_of(found.after, **bound)
    rows = [entry(happened) for happened in found.entries]
    return json_answer(JournalList(data=rows, next_cursor=cursor, has_more=cursor is not None))


def _chosen(choice: PolicyChoice | None) -> Policy | None:
    return choice.policy() if choice else None


def _shown(instance: Instance, status: int = 200, *, replayed: bool = False) -> Response:
    from chalicelib.entrypoints.http.views.instances import shown  # noqa: PLC0415

    return json_answer(shown(services().states.of(instance)), status, replayed=replayed)
