"""The control API: the truth to compare with, and the hands that scan, log out, read and break things."""

import re

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from infra.local.phone.faults import FaultError, Faults, parse_faults
from infra.local.phone.sessions import ControlError, Phone
from infra.local.phone.truth import Message

_NUMBER = re.compile(r"[1-9][0-9]{7,14}")


class Control:
    """The views under /_phone, the same for tests and people.

    Args:
        phone: What they act on.
    """

    def __init__(self, phone: Phone) -> None:
        self._phone = phone

    def blueprint(self) -> Blueprint:
        """Returns the control routes."""
        routes = Blueprint("control", __name__, url_prefix="/_phone")
        routes.add_url_rule("/log", view_func=self.log, methods=["GET"])
        routes.add_url_rule("/faults", view_func=self.set_faults, methods=["POST"])
        routes.add_url_rule("/faults", view_func=self.clear_faults, methods=["DELETE"])
        for action in (self.scan, self.logout, self.read):
            rule = f"/sessions/<path:instance_id>/{action.__name__}"
            routes.add_url_rule(rule, view_func=action, methods=["POST"])
        routes.before_request(_same_origin)
        routes.register_error_handler(ControlError, _refused)
        return routes

    def log(self) -> Response:
        """Tells the requests that came and the messages that were accepted."""
        messages = [_shown(message) for message in self._phone.truth.messages()]
        return jsonify(requests=self._phone.journal.entries(), messages=messages)

    def scan(self, instance_id: str) -> Response:
        """Scans the code a session waits with; optionally with the phone whose number is given."""
        number = _text_field(_body(), "phone", required=False)
        if number and not _NUMBER.fullmatch(number):
            raise ControlError(400, "phone must be 8 to 15 digits in international form, without a plus sign.")
        return jsonify(instance_id=instance_id, jid=self._phone.scan(instance_id, number))

    def logout(self, instance_id: str) -> Response:
        """Removes the paired device on the phone."""
        self._phone.logout_on_phone(instance_id)
        return jsonify(instance_id=instance_id)

    def read(self, instance_id: str) -> Response:
        """Lets the receiver read a message."""
        message_id = _text_field(_body(), "id", required=True)
        self._phone.read(instance_id, message_id)
        return jsonify(instance_id=instance_id, id=message_id)

    def set_faults(self) -> Response:
        """Puts faults in force, replacing the previous ones."""
        try:
            faults = parse_faults(_body())
        except FaultError as error:
            raise ControlError(400, str(error)) from error
        self._phone.faults.replace(faults)
        return jsonify(faults)

    def clear_faults(self) -> Response:
        """Behaves again."""
        self._phone.faults.replace(Faults())
        return jsonify(Faults())


def _shown(message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "instance_id": message.instance_id,
        "to": message.to,
        "type": message.type,
        "body": message.body,
        "at": message.at,
        "copies": message.copies,
    }


def _body() -> object:
    """Returns the decoded body; none at all is an empty object."""
    if not request.get_data():
        return {}
    body: object = request.get_json(force=True, silent=True)
    return body


def _text_field(body: object, name: str, *, required: bool) -> str:
    if not isinstance(body, dict) or not set(body) <= {name}:
        raise ControlError(400, f"The body must be a JSON object with nothing but {name}.")
    value = body.get(name, "")
    if not isinstance(value, str) or (required and not value):
        raise ControlError(400, f"{name} must be a string{' and not empty' if required else ''}.")
    return value


def _same_origin() -> ResponseReturnValue | None:
    """Refuses calls that a page of another site makes through somebody's browser."""
    origin = request.headers.get("Origin")
    if origin is None or origin == request.host_url.rstrip("/"):
        return None
    return jsonify(error="The phone is controlled from its own page only."), 403


def _refused(error: Exception) -> ResponseReturnValue:
    if not isinstance(error, ControlError):
        raise error
    return jsonify(error=error.sentence), error.status
