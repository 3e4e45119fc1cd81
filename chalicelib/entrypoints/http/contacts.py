"""``/api/contacts/{target}``: a person under any of their names, what they want and what they agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.consent import Consent, Withdrawal, require_given
from chalicelib.domain.preference import Preference
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.parameters import query_parameters
from chalicelib.entrypoints.http.problems import read_body

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.domain.contact import Contact
    from chalicelib.domain.preference import OptOut

routes = ApiBlueprint(__name__)


@routes.route("/api/contacts/{target}", methods=["GET"])
def show(target: str) -> Response:
    """The person with this phone, WhatsApp address, hidden name or contact id."""
    from chalicelib.entrypoints.http.names import read_name  # noqa: PLC0415 - phone tables, here only

    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    return _shown(services().book.find(client.organization_id, read_name(target)))


@routes.route("/api/contacts/{target}/opt-out", methods=["PUT"])
def opt_out(target: str) -> Response:
    """Write down that the person no longer wants some or all messages."""
    from chalicelib.entrypoints.http.schemas.contacts import OptOutBody  # noqa: PLC0415

    body = read_body(OptOutBody, routes.current_request.raw_body)
    return _prefer(target, body.scope, body.proof)


@routes.route("/api/contacts/{target}/opt-out", methods=["DELETE"])
def opt_in(target: str) -> Response:
    """Write down that the person wants messages again."""
    from chalicelib.entrypoints.http.schemas.contacts import OptInBody  # noqa: PLC0415

    body = read_body(OptInBody, routes.current_request.raw_body)
    return _prefer(target, None, body.proof)


@routes.route("/api/contacts/{target}/consent", methods=["PUT"])
def agree(target: str) -> Response:
    """Write down what the person agreed to."""
    from chalicelib.entrypoints.http.names import read_name  # noqa: PLC0415
    from chalicelib.entrypoints.http.schemas.contacts import ConsentBody  # noqa: PLC0415

    client = caller(routes.current_request)
    body = read_body(ConsentBody, routes.current_request.raw_body)
    given = round(body.at.timestamp() * 1000)
    consent = Consent(body.purpose, body.legal_basis, body.source, given, body.proof, client.actor)
    require_given(consent, services().clock.now())
    return _shown(services().book.agree(client.organization_id, read_name(target), consent))


@routes.route("/api/contacts/{target}/consent", methods=["DELETE"])
def withdraw(target: str) -> Response:
    """Write down that a consent holds no longer."""
    from chalicelib.entrypoints.http.names import read_name  # noqa: PLC0415
    from chalicelib.entrypoints.http.schemas.contacts import WithdrawalBody  # noqa: PLC0415

    client = caller(routes.current_request)
    body = read_body(WithdrawalBody, routes.current_request.raw_body)
    end = Withdrawal(services().clock.now(), client.actor, body.proof)
    return _shown(services().book.withdraw(client.organization_id, read_name(target), body.purpose, end))


def _prefer(target: str, scope: OptOut | None, proof: str) -> Response:
    from chalicelib.entrypoints.http.names import read_name  # noqa: PLC0415

    client = caller(routes.current_request)
    wish = Preference(scope, services().clock.now(), client.actor, proof)
    return _shown(services().book.prefer(client.organization_id, read_name(target), wish))


def _shown(contact: Contact) -> Response:
    from chalicelib.entrypoints.http.views.contacts import shown  # noqa: PLC0415

    return json_answer(shown(contact, services().clock.now()))
