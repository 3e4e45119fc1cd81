"""The sends of the bridge contract: checks in the bridge's order, one at a time per session, and faults."""

import secrets
import select
import socket
import time

from flask import Response, g, request

from infra.local.phone.clock import now
from infra.local.phone.payload import Payload, fail, ok
from infra.local.phone.sessions import BridgeError, Phone
from infra.local.phone.truth import User

_ACCEPTED = frozenset({"ok", "timeout_text", "drop_after_accept"})
"""The answers after which the message is on its way; the rest left nothing behind them."""


class Sending:
    """The view behind /chat/send/text.

    Args:
        phone: Who sends.
    """

    def __init__(self, phone: Phone) -> None:
        self._phone = phone

    def text(self, user: User) -> Response:
        """Sends a text."""
        self._phone.session(user)
        payload = Payload(request.get_data())
        number, body, message_id = payload.text("Phone"), payload.text("Body"), payload.text("Id")
        payload.flag("LinkPreview")
        payload.check_object("ContextInfo")
        if not number:
            raise BridgeError(400, "missing Phone in Payload")
        if not body:
            raise BridgeError(400, "missing Body in Payload")
        return self._send(user, _recipient(number), message_id or _new_id(), body)

    def _send(self, user: User, to: str, message_id: str, body: str) -> Response:
        with self._phone.lane(user):
            current = self._phone.session(user)
            if not current.logged_in:
                raise BridgeError(500, "error sending message: the store doesn't contain a device JID")
            if "@" not in to and not to.isdigit():
                raise BridgeError(500, f"error sending message: no LID found for {to}@s.whatsapp.net from server")
            self._phone.stopping.wait(self._phone.faults.current.latency_ms / 1000)
            answer, text = self._phone.faults.next_answer()
            if answer in _ACCEPTED:
                self._phone.accept(current, to, message_id, body)
            if answer == "hang":
                self._hang()
        return _answered(answer, text, message_id)

    def _hang(self) -> None:
        """Holds the send until its client gives up, the phone closes or the longest wait is over."""
        deadline = time.monotonic() + self._phone.timings.hang
        while time.monotonic() < deadline and not _client_gone():
            if self._phone.stopping.wait(0.05):
                return


def _answered(answer: str, text: str, message_id: str) -> Response:
    if answer in ("drop_after_accept", "hang"):
        return _no_answer()
    if answer == "empty":
        return Response(b"", 200)
    if answer == "invalid_json":
        return Response('{"code":200,"data":{"Details":"Sent","Id', 200, content_type="application/json")
    if answer == "success_false":
        response = fail(500, text)
        response.status_code = 200
        return response
    if text:
        return fail(500, text)
    return ok({"Details": "Sent", "Timestamp": int(now().timestamp()), "Id": message_id})


def _no_answer() -> Response:
    """Closes the connection; the server then finds that it has nobody to answer."""
    g.entry = None
    _socket().shutdown(socket.SHUT_RDWR)
    return Response(status=500)


def _client_gone() -> bool:
    readable, _, _ = select.select([_socket()], [], [], 0)
    return bool(readable) and not _socket().recv(1, socket.MSG_PEEK)


def _socket() -> socket.socket:
    connection: socket.socket = request.environ["werkzeug.socket"]
    return connection


def _recipient(number: str) -> str:
    """Returns a number's digits, or a WhatsApp address as it came."""
    bare = number.removeprefix("+")
    user, at, server = bare.partition("@")
    if at and not (user and server):
        raise BridgeError(400, "could not parse Phone")
    return user if server == "s.whatsapp.net" else bare


def _new_id() -> str:
    return f"3EB0{secrets.token_hex(10).upper()}"
