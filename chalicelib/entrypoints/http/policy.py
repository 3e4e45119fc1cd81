"""``/api/policy``: the organization's policy, what could hold instead, and every one that has held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.cursors import after_of, next_of
from chalicelib.entrypoints.http.parameters import limit_of, query_parameters
from chalicelib.entrypoints.http.problems import read_body

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.domain.organization import Organization

routes = ApiBlueprint(__name__)

_PAGE = frozenset({"limit", "cursor"})


@routes.route("/api/policy", methods=["GET"])
def show() -> Response:
    """The policy that holds for every number without one of its own, and the presets."""
    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    return _shown(services().onboarding.organization(client.organization_id))


@routes.route("/api/policy", methods=["PUT"])
def change() -> Response:
    """Let another policy hold, unless somebody else changed it since its author looked."""
    from chalicelib.entrypoints.http.schemas.policy import PolicyChange  # noqa: PLC0415 - schemas, here only

    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    body = read_body(PolicyChange, request.raw_body)
    policy = body.policy.policy()
    return _shown(services().policies.change(client.organization_id, client.actor, policy, body.version))


@routes.route("/api/policy/history", methods=["GET"])
def history() -> Response:
    """One page of its changes, newest first: who, when, the figures before and after."""
    from chalicelib.entrypoints.http.schemas.instances import JournalList  # noqa: PLC0415 - schemas, here only
    from chalicelib.entrypoints.http.views.instances import entry  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    parameters = query_parameters(request, _PAGE)
    bound = {"organization_id": client.organization_id, "query": "policy history"}
    found = services().policies.history(client.organization_id, after_of(parameters, **bound), limit_of(parameters))
    cursor = next_of(found.after, **bound)
    rows = [entry(happened) for happened in found.entries]
    return json_answer(JournalList(data=rows, next_cursor=cursor, has_more=cursor is not None))


def _shown(organization: Organization) -> Response:
    from chalicelib.entrypoints.http.views.policy import shown  # noqa: PLC0415

    return json_answer(shown(organization, services().policies.providers))
