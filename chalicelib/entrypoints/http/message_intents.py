"""``/api/message-intents``: hand a message in, see what became of it, and do something about it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib.application.interventions import By
from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.cursors import after_of, next_of
from chalicelib.entrypoints.http.intent_filter import FILTER_PARAMETERS, filter_query, read_filter
from chalicelib.entrypoints.http.links import place_of
from chalicelib.entrypoints.http.parameters import idempotency_key, limit_of, query_parameters
from chalicelib.entrypoints.http.problems import read_body

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.application.intake import AcceptedBatch
    from chalicelib.entrypoints.http.callers import Caller

routes = ApiBlueprint(__name__)

_LIST_PARAMETERS = FILTER_PARAMETERS | {"limit", "cursor"}


@routes.route("/api/message-intents", methods=["POST"])
def submit() -> Response:
    """Accept one message intent and decide it, or up to a thousand: all of them or none."""
    from chalicelib.entrypoints.http.readers import times_for  # noqa: PLC0415 - words, where they are read
    from chalicelib.entrypoints.http.schemas.message_intents import NewMessageIntents, Submitted  # noqa: PLC0415 - phone tables, here only
    from chalicelib.entrypoints.http.views.message_intents import detail  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    wanted, key = read_body(Submitted, request.raw_body).root, idempotency_key(request)
    if isinstance(wanted, NewMessageIntents):
        drafts = [one.draft() for one in wanted.intents]
        return _accepted(services().intake.submit_many(client.organization_id, client.actor, drafts, key), key)
    accepted = services().intake.submit(client.organization_id, client.actor, wanted.draft(), key)
    shown = detail(accepted.intent, accepted.content, times_for(request, accepted.organization))
    return json_answer(shown, status=202, replayed=accepted.replayed)


def _accepted(batch: AcceptedBatch, key: str | None) -> Response:
    from chalicelib.entrypoints.http.readers import times_for  # noqa: PLC0415 - words, where they are read
    from chalicelib.entrypoints.http.views.batches import accepted  # noqa: PLC0415

    request = routes.current_request
    url = place_of(request, f"/api/batches/{batch.batch.id}")
    shown = accepted(batch, times_for(request, batch.organization), url, keyed=key is not None)
    answer = json_answer(shown, status=202, replayed=batch.replayed)
    answer.headers["Location"] = url
    return answer


@routes.route("/api/message-intents", methods=["GET"])
def page() -> Response:
    """One page of the organization's intents that fit the filter, newest first."""
    from chalicelib.entrypoints.http.schemas.fields import instant  # noqa: PLC0415 - phone tables, here only
    from chalicelib.entrypoints.http.schemas.message_intents import MessageIntentList  # noqa: PLC0415
    from chalicelib.entrypoints.http.views.message_intents import summary  # noqa: PLC0415

    request = routes.current_request
    client = caller(request)
    parameters = query_parameters(request, _LIST_PARAMETERS)
    limit, wanted = limit_of(parameters), read_filter(parameters)
    bound = {"organization_id": client.organization_id, "query": f"message-intents?{urlencode(filter_query(wanted))}"}
    found = services().queries.page(client.organization_id, wanted, after_of(parameters, **bound), limit)
    cursor = next_of(found.after, **bound)
    body = MessageIntentList(
        data=[summary(intent) for intent in found.intents],
        next_cursor=cursor,
        has_more=cursor is not None,
        searched_until=instant(found.searched_until),
    )
    return json_answer(body)


@routes.route("/api/message-intents/{intent_id}", methods=["GET"])
def show(intent_id: str) -> Response:
    """One intent with its decision and timeline, in the caller's language."""
    client = caller(routes.current_request)
    query_parameters(routes.current_request, frozenset())
    return _shown(client, intent_id)


@routes.route("/api/message-intents/{intent_id}/cancel", methods=["POST"])
def cancel(intent_id: str) -> Response:
    """Let it not leave; what is with the provider, or may be, can no longer be cancelled."""
    from chalicelib.entrypoints.http.schemas.interventions import CancelBody  # noqa: PLC0415 - schemas, here only

    client = caller(routes.current_request)
    body = read_body(CancelBody, routes.current_request.raw_body)
    services().interventions.cancel(client.organization_id, intent_id, By(client.actor, body.reason))
    return _shown(client, intent_id)


@routes.route("/api/message-intents/{intent_id}/retry", methods=["POST"])
def retry(intent_id: str) -> Response:
    """Have one that failed or was blocked decided once more."""
    from chalicelib.entrypoints.http.schemas.fields import millis  # noqa: PLC0415 - schemas, here only
    from chalicelib.entrypoints.http.schemas.interventions import RetryBody  # noqa: PLC0415

    client = caller(routes.current_request)
    body = read_body(RetryBody, routes.current_request.raw_body)
    by, expires_at = By(client.actor, body.reason), millis(body.expires_at)
    services().interventions.retry(client.organization_id, intent_id, by, expires_at)
    return _shown(client, intent_id)


@routes.route("/api/message-intents/{intent_id}/resolve", methods=["POST"])
def resolve(intent_id: str) -> Response:
    """Say how an attempt ended of which nobody knows, or have it sent anew at the risk of a second message."""
    from chalicelib.entrypoints.http.schemas.interventions import ResolveBody  # noqa: PLC0415 - schemas, here only

    client = caller(routes.current_request)
    body = read_body(ResolveBody, routes.current_request.raw_body)
    by = By(client.actor, body.reason)
    services().interventions.resolve(client.organization_id, intent_id, body.outcome, by)
    return _shown(client, intent_id)


def _shown(client: Caller, intent_id: str) -> Response:
    """The whole intent, as it is stored now."""
    from chalicelib.entrypoints.http.readers import times_for  # noqa: PLC0415 - words, where they are read
    from chalicelib.entrypoints.http.views.message_intents import detail  # noqa: PLC0415

    intent, content = services().queries.one(client.organization_id, intent_id)
    organization = services().onboarding.organization(client.organization_id)
    return json_answer(detail(intent, content, times_for(routes.current_request, organization)))
