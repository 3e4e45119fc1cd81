"""``/api/batches``: what became of the messages that one request handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.cursors import after_of, next_of
from chalicelib.entrypoints.http.parameters import limit_of, query_parameters

if TYPE_CHECKING:
    from chalice.app import Response

routes = ApiBlueprint(__name__)


@routes.route("/api/batches/{batch_id}", methods=["GET"])
def show(batch_id: str) -> Response:
    """How far a batch is, and one page of its messages in the order of the request."""
    from chalicelib.entrypoints.http.views.batches import shown  # noqa: PLC0415 - phone tables, here only

    request = routes.current_request
    client = caller(request)
    parameters = query_parameters(request, frozenset({"limit", "cursor"}))
    bound = {"organization_id": client.organization_id, "query": f"batches/{batch_id}"}
    after, limit = after_of(parameters, **bound), limit_of(parameters)
    page = services().batches.page(client.organization_id, batch_id, int(after) if after else None, limit)
    return json_answer(shown(page, next_of(None if page.after is None else str(page.after), **bound)))
