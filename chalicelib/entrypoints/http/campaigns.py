"""``/api/campaigns``: where each stands; stop one, let it go on, end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.campaign import CampaignAction
from chalicelib.domain.errors import NotFound
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.cursors import after_of, next_of
from chalicelib.entrypoints.http.parameters import limit_of, query_parameters
from chalicelib.entrypoints.http.problems import read_body

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.domain.campaign import Campaign
    from chalicelib.entrypoints.http.callers import Caller

routes = ApiBlueprint(__name__)


@routes.route("/api/campaigns", methods=["GET"])
def page() -> Response:
    """One page of the organization's campaigns, by name."""
    from chalicelib.entrypoints.http.schemas.campaigns import CampaignList  # noqa: PLC0415 - schemas, here only
    from chalicelib.entrypoints.http.views.campaigns import shown  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    parameters = query_parameters(request, frozenset({"limit", "cursor"}))
    bound = {"organization_id": client.organization_id, "query": "campaigns"}
    found = services().campaigns.page(client.organization_id, after_of(parameters, **bound), limit_of(parameters))
    cursor = next_of(found.after, **bound)
    return json_answer(
        CampaignList(data=[shown(one) for one in found.campaigns], next_cursor=cursor, has_more=cursor is not None)
    )


@routes.route("/api/campaigns/{name}", methods=["GET"])
def show(name: str) -> Response:
    """Where a campaign stands."""
    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    return _shown(services().campaigns.one(client.organization_id, _name(name)))


@routes.route("/api/campaigns/{name}/pause", methods=["POST"])
def pause(name: str) -> Response:
    """Let nothing of it leave until it is resumed; its intents wait, and nothing is lost."""
    from chalicelib.entrypoints.http.schemas.campaigns import SteeringBody  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    return _steer(client, name, CampaignAction.PAUSE, read_body(SteeringBody, request.raw_body).reason)


@routes.route("/api/campaigns/{name}/resume", methods=["POST"])
def resume(name: str) -> Response:
    """Let a paused campaign go on, oldest first."""
    from chalicelib.entrypoints.http.schemas.campaigns import ResumeBody  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    return _steer(client, name, CampaignAction.RESUME, read_body(ResumeBody, request.raw_body or b"{}").reason or "")


@routes.route("/api/campaigns/{name}/cancel", methods=["POST"])
def cancel(name: str) -> Response:
    """End it for good: whatever of it was not sent yet is dropped."""
    from chalicelib.entrypoints.http.schemas.campaigns import SteeringBody  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    return _steer(client, name, CampaignAction.CANCEL, read_body(SteeringBody, request.raw_body).reason)


def _steer(client: Caller, name: str, action: CampaignAction, reason: str) -> Response:
    return _shown(services().campaigns.steer(client.organization_id, _name(name), action, reason, client.actor))


def _name(written: str) -> str:
    """A campaign's name as it stands in a path.

    Raises:
        NotFound: No campaign can be called so.
    """
    from chalicelib.entrypoints.http.schemas.campaigns import campaign_name  # noqa: PLC0415

    try:
        return campaign_name(written)
    except ValueError as error:
        raise NotFound("There is no such campaign.") from error


def _shown(campaign: Campaign) -> Response:
    from chalicelib.entrypoints.http.views.campaigns import shown  # noqa: PLC0415

    return json_answer(shown(campaign))
