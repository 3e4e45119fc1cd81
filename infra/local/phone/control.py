"""The control API: the truth to compare with, and the hands that scan, log out, read and break things."""

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from infra.local.phone.control_body import Body, decoded
from infra.local.phone.events import BANNED
from infra.local.phone.faults import FaultError, Faults, parse_faults
from infra.local.phone.others import Others
from infra.local.phone.owner import Owner
from infra.local.phone.sessions import ControlError, Phone
from infra.local.phone.truth import Message


class Control:
    """The views under /_phone, the same for tests and people.

    Args:
        phone: What they act on.
    """

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._owner = Owner(phone)
        self._others = Others(phone)

    def blueprint(self) -> Blueprint:
        """Returns the control routes."""
        routes = Blueprint("control", __name__, url_prefix="/_phone")
        routes.add_url_rule("/log", view_func=self.log, methods=["GET"])
        routes.add_url_rule("/faults", view_func=self.set_faults, methods=["POST"])
        routes.add_url_rule("/faults", view_func=self.clear_faults, methods=["DELETE"])
        routes.add_url_rule("/contacts", view_func=self.contacts, methods=["POST"])
        for name, action in (
            ("scan", self.scan),
            ("enter-code", self.enter_code),
            ("run-out", self.run_out),
            ("passkey", self.passkey),
            ("logout", self.logout),
            ("ban", self.ban),
            ("reachout-lock", self.reachout_lock),
            ("disconnect", self.disconnect),
            ("outdated", self.outdated),
            ("groups", self.groups),
            ("reply", self.reply),
            ("read", self.read),
        ):
            routes.add_url_rule(f"/sessions/<path:instance_id>/{name}", view_func=action, methods=["POST"])
        routes.before_request(_same_origin)
        routes.register_error_handler(ControlError, _refused)
        return routes

    def log(self) -> Response:
        """Tells the requests that came and the messages that were accepted."""
        messages = [_shown(message) for message in self._phone.truth.messages()]
        inbound = [message.shown() for message in self._phone.people.inbound()]
        return jsonify(requests=self._phone.journal.entries(), messages=messages, inbound=inbound)

    def scan(self, instance_id: str) -> Response:
        """Scans the code a session waits with; optionally with the phone whose number is given."""
        number = Body(request, "phone").digits("phone")
        return jsonify(instance_id=instance_id, jid=self._owner.scan(instance_id, number))

    def enter_code(self, instance_id: str) -> Response:
        """Types the code that a session asked for."""
        code = Body(request, "code").text("code", required=True)
        return jsonify(instance_id=instance_id, jid=self._owner.enter_code(instance_id, code))

    def run_out(self, instance_id: str) -> Response:
        """Lets the codes of a waiting session run out."""
        Body(request)
        self._owner.let_codes_run_out(instance_id)
        return jsonify(instance_id=instance_id)

    def passkey(self, instance_id: str) -> Response:
        """Makes the phone insist on a passkey, or not any more."""
        required = Body(request, "required").flag("required", default=True)
        self._owner.insist_on_passkey(instance_id, required=required)
        return jsonify(instance_id=instance_id, required=required)

    def logout(self, instance_id: str) -> Response:
        """Removes the paired device on the phone."""
        Body(request)
        self._owner.leave(instance_id)
        return jsonify(instance_id=instance_id)

    def ban(self, instance_id: str) -> Response:
        """Bans the number, for a while or for good."""
        body = Body(request, "permanent", "code", "seconds")
        if body.flag("permanent", default=False):
            self._owner.leave(instance_id, BANNED)
        else:
            self._owner.ban(instance_id, body.whole("code", 101), body.whole("seconds", 3600))
        return jsonify(instance_id=instance_id)

    def reachout_lock(self, instance_id: str) -> Response:
        """Lets WhatsApp refuse messages to people who never wrote to the number."""
        body = Body(request, "scope", "seconds", "contact")
        scope = body.text("scope") or "account"
        if scope not in ("account", "contact"):
            raise ControlError(400, "scope must be account or contact.")
        self._owner.lock(instance_id, scope, body.whole("seconds", 3600), body.digits("contact"))
        return jsonify(instance_id=instance_id)

    def disconnect(self, instance_id: str) -> Response:
        """Loses the session's socket for a while."""
        Body(request)
        self._owner.lose_socket(instance_id)
        return jsonify(instance_id=instance_id)

    def outdated(self, instance_id: str) -> Response:
        """Lets WhatsApp refuse the client's version."""
        Body(request)
        self._owner.outdate(instance_id)
        return jsonify(instance_id=instance_id)

    def groups(self, instance_id: str) -> Response:
        """Makes the number a member of a group by its address or name, or no longer one."""
        body = Body(request, "jid", "name", "member")
        member = body.flag("member", default=True)
        jid = body.group("jid", required=not member)
        if member:
            jid = self._others.add_to_group(instance_id, jid, body.text("name", required=True))
        else:
            self._others.remove_from_group(instance_id, jid)
        return jsonify(instance_id=instance_id, jid=jid, member=member)

    def contacts(self) -> Response:
        """Says under which number or hidden name somebody is on WhatsApp."""
        body = Body(request, "phone", "registered_as", "lid", "on_whatsapp")
        phone = body.digits("phone", required=True)
        present = body.flag("on_whatsapp", default=True)
        self._others.declare(phone, body.digits("registered_as"), body.lid("lid"), on_whatsapp=present)
        return jsonify(phone=phone, address=self._phone.people.registered(phone))

    def reply(self, instance_id: str) -> Response:
        """Lets somebody write to the number."""
        body = Body(request, "from", "lid", "text", "to", "group", "hide_phone")
        message_id = self._others.write(
            instance_id,
            body.digits("from", required=True),
            body.text("text", required=True),
            lid=body.lid("lid"),
            quoted=body.text("to"),
            group=body.group("group"),
            hide_phone=body.flag("hide_phone", default=False),
        )
        return jsonify(instance_id=instance_id, id=message_id)

    def read(self, instance_id: str) -> Response:
        """Lets the receiver read a message."""
        message_id = Body(request, "id").text("id", required=True)
        self._phone.read(instance_id, message_id)
        return jsonify(instance_id=instance_id, id=message_id)

    def set_faults(self) -> Response:
        """Puts faults in force, replacing the previous ones."""
        try:
            faults = parse_faults(decoded(request))
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
