"""``/api/webhooks/{provider}/{secret}``: where providers tell us what happened."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.blueprint import ApiBlueprint

routes = ApiBlueprint(__name__)

_SIGNATURE = "x-hmac-signature"


@routes.route("/api/webhooks/{provider}/{secret}", methods=["POST"])
def receive(provider: str, secret: str) -> Response:
    """Verify, keep, answer."""
    request = routes.current_request
    signature = request.headers.get(_SIGNATURE, "")
    body = request.raw_body
    services().webhook_intake.receive(provider, secret, signature, body.encode() if isinstance(body, str) else body)
    return Response("", status_code=204)
