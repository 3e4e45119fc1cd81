"""``/api/organization``: who the caller's organization is, and the words people answer it with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.parameters import query_parameters
from chalicelib.entrypoints.http.problems import read_body

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.domain.organization import Organization

routes = ApiBlueprint(__name__)


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


def _shown(organization: Organization) -> Response:
    from chalicelib.entrypoints.http.schemas.organization import OrganizationView  # noqa: PLC0415

    view = OrganizationView(
        id=organization.id,
        name=organization.name,
        locale=organization.locale,
        time_zone=organization.time_zone,
        opt_out_words=list(organization.opt_out_words),
        opt_in_words=list(organization.opt_in_words),
        confirm_opt_outs=organization.confirm_opt_outs,
        version=organization.version,
    )
    return json_answer(view)
