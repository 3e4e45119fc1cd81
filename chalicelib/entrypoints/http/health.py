"""``/api/health``: is the API there."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.blueprint import ApiBlueprint

routes = ApiBlueprint(__name__)


@routes.route("/api/health", methods=["GET"])
def health() -> Response:
    """The stage that answers."""
    return Response({"status": "ok", "stage": services().settings.stage})
