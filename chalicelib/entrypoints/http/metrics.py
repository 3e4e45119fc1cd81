"""``/api/ops/metrics``: what happened in the last hours, for a number or for all of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.application.rollups import LONGEST
from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.parameters import query_parameters
from chalicelib.entrypoints.http.problems import BadRequest

if TYPE_CHECKING:
    from chalice.app import Response

routes = ApiBlueprint(__name__)

_DEFAULT = "24"
_WHOLE = re.compile(r"[0-9]{1,3}")


@routes.route("/api/ops/metrics", methods=["GET"])
def show() -> Response:
    """What was counted; a moment late, as counting is."""
    from chalicelib.entrypoints.http.views.metrics import shown  # noqa: PLC0415 - phone tables, here only

    request = routes.current_request
    client = caller(request)
    parameters = query_parameters(request, frozenset({"hours", "instance_id"}))
    instance_id = parameters.get("instance_id")
    hours = _hours(parameters.get("hours", _DEFAULT))
    return json_answer(shown(services().rollups.of(client.organization_id, hours, instance_id), instance_id))


def _hours(text: str) -> int:
    if not (_WHOLE.fullmatch(text) and 1 <= int(text) <= LONGEST):
        raise BadRequest(f"hours: must be a whole number from 1 to {LONGEST}.")
    return int(text)
