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
    domain, path = request.context.get("domainName"), request.context.get("path")
    if not domain or not path:
        raise BadRequest("The address of this API is not known: set the parameter ApiUrl of the deployment.")
    return f"https://{domain}{prefix_of(str(path), request.path)}/api"


def place_of(request: Request, route: str) -> str:
    """Where the caller finds another route, as a path: below whatever stood before this request's own."""
    return prefix_of(str(request.context.get("path", request.path)), request.path) + route


def prefix_of(path: str, route: str) -> str:
    """What stands before our own paths: ``/prod``, a domain's base path, or nothing. The route is the path's end."""
    return path.rstrip("/").rsplit("/", route.rstrip("/").count("/"))[0]
