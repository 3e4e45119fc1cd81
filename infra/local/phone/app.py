"""Puts the phone's routes together and notes every request of the contract."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import Rule

from infra.local.phone.bridge import Bridge
from infra.local.phone.control import Control
from infra.local.phone.page import page
from infra.local.phone.sessions import Phone


class _Route(Rule):
    """A route that requests are matched with and no address is made from: preparing that takes half of a start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: ARG002, FBT001, FBT002 - werkzeug's own
        return _unmade


def _unmade(_route: Rule, **_values: object) -> tuple[str, str]:
    raise NotImplementedError


class _App(Flask):
    """The phone's own."""

    url_rule_class = _Route


def create_app(phone: Phone, admin_token: str) -> Flask:
    """Returns the application that speaks for a phone."""
    app = _App(__name__, template_folder=str(Path(__file__).parent), static_folder=None)

    @app.before_request
    def arrive() -> None:
        of_contract = request.path != "/" and not request.path.startswith("/_phone/")
        g.entry = phone.journal.arrive(request.path, request.get_data()) if of_contract else None

    @app.after_request
    def answer(response: Response) -> Response:
        entry = g.get("entry")
        if entry is not None:
            entry.status = response.status_code
        return response

    for status in (404, 405):
        app.register_error_handler(status, _unknown_route)
    app.register_blueprint(Bridge(phone, admin_token).blueprint())
    app.register_blueprint(Control(phone).blueprint())
    app.register_blueprint(page(phone))
    return app


def _unknown_route(_error: Exception) -> ResponseReturnValue:
    return Response("404 page not found\n", 404, content_type="text/plain; charset=utf-8")
