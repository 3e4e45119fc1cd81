"""``/api/organization``: who the caller's organization is, the words people answer it with, what happened to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

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


@routes.route("/api/organization", methods=["GET"])
def show() -> Response:
    """The caller's organization."""
    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    return _shown(services().onboarding.organization(client.organization_id))


@routes.route("/api/organization", methods=["PATCH"])
def change() -> Response:
    """Change its name, language, time zone, the words that opt out and in, or whether an opt-out is confirmed."""
    from chalicelib.entrypoints.http.schemas.organization import OrganizationChanges  # noqa: PLC0415 - here only

    request = routes.current_request
    client = caller(request)
    body = read_body(OrganizationChanges, request.raw_body).model_dump(exclude_none=True)
    changes: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in body.items()}
    changed = services().onboarding.change_organization(client.organization_id, lambda one: replace(one, **changes))
    return _shown(changed)


@routes.route("/api/organization/journal", methods=["GET"])
def journal() -> Response:
    """One page of what happened to it, newest first: pauses, resumes, changes of its policy."""
    from chalicelib.entrypoints.http.schemas.instances import JournalList  # noqa: PLC0415 - schemas, here only
    from chalicelib.entrypoints.http.views.instances import entry  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    parameters = query_parameters(request, _PAGE)
    bound = {"organization_id": client.organization_id, "query": "organization journal"}
    found = services().operations.journal(client.organization_id, after_of(parameters, **bound), limit_of(parameters))
    cursor = next_of(found.after, **bound)
    rows = [entry(happened) for happened in found.entries]
    return json_answer(JournalList(data=rows, next_cursor=cursor, has_more=cursor is not None))


def _shown(organization: Organization) -> Response:
    from chalicelib.entrypoints.http.views.organization import shown  # noqa: PLC0415 - schemas, here only

    return json_answer(shown(services().operations.of(organization)))
