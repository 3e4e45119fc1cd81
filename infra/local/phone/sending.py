"""The sends of the bridge contract: checks in the bridge's order, one at a time per session, and faults."""

import secrets
import select
import socket
import time

from flask import Response, g, request

from infra.local.phone.clock import now, rfc3339
from infra.local.phone.faults import TEXTS
from infra.local.phone.payload import Payload, fail, ok
from infra.local.phone.sessions import BridgeError, Phone
from infra.local.phone.truth import Message, User

_ACCEPTED = frozenset({"ok", "timeout_text", "drop_after_accept"})
"""The answers after which the message is on its way; the rest left nothing behind them."""


class Sending:
    """The views behind /chat.

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
        _required(Phone=number, Body=body)
        to, message_id = _recipient(number), message_id or _new_id()
        return self._send(user, self._message(user, message_id, to, "text", body), message_id)

    def location(self, user: User) -> Response:
        """Sends a place; a coordinate of 0 counts as missing."""
        self._phone.session(user)
        payload = Payload(request.get_data())
        number, name, message_id = payload.text("Phone"), payload.text("Name"), payload.text("Id")
        latitude, longitude = payload.decimal("Latitude"), payload.decimal("Longitude")
        _required(Phone=number, Latitude=latitude, Longitude=longitude)
        to, message_id = _recipient(number), message_id or _new_id()
        body = f"{latitude:.6f},{longitude:.6f} {name}".strip()
        return self._send(user, self._message(user, message_id, to, "location", body), message_id)

    def react(self, user: User) -> Response:
        """Sends a reaction: its own id is random, the answer names the message it is on."""
        self._phone.session(user)
        payload = Payload(request.get_data())
        number, body, on = payload.text("Phone"), payload.text("Body"), payload.text("Id")
        _required(Phone=number, Body=body, Id=on)
        message = self._message(user, _new_id(), _recipient(number), "reaction", f"{body} {on}")
        return self._send(user, message, on.removeprefix("me:"))

    def presence(self, user: User) -> Response:
        """Shows "typing"."""
        self._phone.session(user)
        payload = Payload(request.get_data())
        _required(Phone=payload.text("Phone"), State=payload.text("State"))
        payload.text("Media")
        self._linger(user)
        return ok({"Details": "Chat presence set successfuly"})

    def _message(self, user: User, message_id: str, to: str, kind: str, body: str) -> Message:
        return Message(message_id, user.name, to, kind, body, rfc3339(now()))

    def _send(self, user: User, message: Message, named: str) -> Response:
        with self._phone.lane(user):
            current = self._phone.session(user)
            if not current.logged_in:
                raise BridgeError(500, "error sending message: the store doesn't contain a device JID")
            if "@" not in message.to and not message.to.isdigit():
                raise BridgeError(500, f"error sending message: no LID found for {message.chat} from server")
            self._check_recipient(user, message)
            self._linger(user)
            answer, text = self._phone.faults.next_answer(user.name)
            if answer in _ACCEPTED:
                self._phone.accept(current, message)
            if answer == "hang":
                self._hang()
        return _answered(answer, text, named)

    def _check_recipient(self, user: User, message: Message) -> None:
        people = self._phone.people
        if message.to.isdigit() and not people.registered(message.to):
            raise BridgeError(500, f"error sending message: no LID found for {message.chat} from server")
        if message.to.endswith("@g.us"):
            if message.to not in dict(people.groups(user.name)):
                text = "failed to get group members: you're not participating in that group"
                raise BridgeError(500, f"error sending message: {text}")
            return
        lock = people.limited(user.name, "lock", now().timestamp())
        locked = lock and (lock.detail in ("*", "") or people.address(lock.detail) == people.address(message.to))
        if locked and not people.wrote(user.name, message.to):
            raise BridgeError(500, TEXTS["463"])

    def _linger(self, user: User) -> None:
        faults = self._phone.faults.current
        if faults.concern(user.name):
            self._phone.stopping.wait(faults.latency_ms / 1000)

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


def _required(**fields: str | float) -> None:
    """Refuses a body without one of the fields, in the bridge's words."""
    for name, value in fields.items():
        if not value:
            raise BridgeError(400, f"missing {name} in Payload")


def _recipient(number: str) -> str:
    """Returns a number's digits, or a WhatsApp address as it came."""
    bare = number.removeprefix("+")
    user, at, server = bare.partition("@")
    if at and not (user and server):
        raise BridgeError(400, "could not parse Phone")
    return user if server == "s.whatsapp.net" else bare


def _new_id() -> str:
    return f"3EB0{secrets.token_hex(10).upper()}"
