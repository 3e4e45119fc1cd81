"""Where this API is reached from outside: providers are told to send their events there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.problems import BadRequest

if TYPE_CHECKING:
    from chalice.app import Request

_GATEWAY = "gateway"


def api_url(request: Request) -> str:
    """The API's address, ending in ``/api``: as configured, or the one the gateway received the request at.

    Raises:
        BadRequest: The gateway does not say where, and nothing is configured.
    """
    configured = services().settings.api_url
    if configured != _GATEWAY:
        return configured
    domain, path = request.context.get("domainName"), str(request.context.get("path", ""))
    prefix, found, _ = path.partition("/api/")
    if not domain or not found:
        raise BadRequest("The address of this API is not known: set the parameter ApiUrl of the deployment.")
    return f"https://{domain}{prefix}/api"
