"""The bridge contract: users, sessions and webhooks, as the open-source bridge answers in its builds of 2026."""

import hmac
import secrets
from collections.abc import Callable

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from infra.local.phone.events import EVENT_TYPES
from infra.local.phone.payload import Payload, PayloadError, fail, ok
from infra.local.phone.sending import Sending
from infra.local.phone.sessions import BridgeError, Phone
from infra.local.phone.truth import DuplicateTokenError, User

_KEY_LENGTH = 32
_SHORT_KEY = "HMAC key must be at least 32 characters long"


class Bridge:
    """The views of the contract.

    Args:
        phone: What they act on.
        admin_token: What admin calls carry in ``Authorization``, raw.
    """

    def __init__(self, phone: Phone, admin_token: str) -> None:
        self._phone = phone
        self._admin_token = admin_token.encode()

    def blueprint(self) -> Blueprint:
        """Returns the contract's routes."""
        routes, sending = Blueprint("bridge", __name__), Sending(self._phone)
        for method, rule, admin in (
            ("POST", "/admin/users", self.create_user),
            ("GET", "/admin/users", self.list_users),
            ("GET", "/admin/users/<user_id>", self.list_users),
            ("DELETE", "/admin/users/<user_id>", self.delete_user),
        ):
            routes.add_url_rule(rule, f"{method} {rule}", self._for_admin(admin), methods=[method])
        for method, rule, view in (
            ("POST", "/session/connect", self.connect),
            ("GET", "/session/status", self.status),
            ("POST", "/session/disconnect", self.disconnect),
            ("POST", "/session/logout", self.logout),
            ("POST", "/session/hmac/config", self.configure_hmac),
            ("POST", "/webhook", self.set_webhook),
            ("GET", "/webhook", self.get_webhook),
            ("GET", "/session/qr", self.show_qr),
            ("POST", "/session/pairphone", self.pair_phone),
            ("POST", "/user/check", self.check_users),
            ("GET", "/group/list", self.list_groups),
            ("POST", "/chat/send/text", sending.text),
            ("POST", "/chat/send/location", sending.location),
            ("POST", "/chat/react", sending.react),
            ("POST", "/chat/presence", sending.presence),
        ):
            routes.add_url_rule(rule, f"{method} {rule}", self._for_user(view), methods=[method])
        routes.register_error_handler(BridgeError, _refused)
        routes.register_error_handler(PayloadError, _undecoded)
        return routes

    def create_user(self) -> Response:
        """Creates a bridge user; a key that comes along signs nothing until it is configured."""
        try:
            user, key = _read_user(Payload(request.get_data()))
        except PayloadError:
            return fail(400, "invalid request payload")
        if key and len(key) < _KEY_LENGTH:
            return fail(400, _SHORT_KEY)
        if self._phone.truth.user_by_token(user.token):
            return fail(409, "user with this token already exists")
        for kind in (kind.strip() for kind in user.events.split(",")):
            if kind and kind not in EVENT_TYPES:
                return fail(400, "invalid event type", details=f"invalid event: {kind}")
        try:
            self._phone.truth.add_user(user)
        except DuplicateTokenError:
            return fail(409, "user with this token already exists")
        described = _described(user)
        created = {key: described[key] for key in ("id", "name", "token", "webhook", "expiration", "events")}
        return ok({**created, "hmac_key": user.hmac_given}, 201)

    def list_users(self, user_id: str = "") -> Response:
        """Lists bridge users, or the one with an id."""
        users = self._phone.truth.users()
        return ok([_described(user) for user in users if user_id in ("", user.id)])

    def delete_user(self, user_id: str) -> Response:
        """Deletes a bridge user."""
        if not self._phone.truth.delete_user(user_id):
            return fail(404, "user not found", details=f"No user found with ID: {user_id}")
        return ok({"id": user_id})

    def connect(self, user: User) -> Response:
        """Opens the session; without ``Immediate`` it answers after a wait."""
        payload = Payload(request.get_data())
        subscribe, immediate = payload.texts("Subscribe"), payload.flag("Immediate")
        current = self._phone.connect(user, subscribe)
        if not immediate:
            self._phone.stopping.wait(self._phone.timings.connect)
        return ok(
            {"webhook": current.webhook, "jid": current.jid, "events": current.events, "details": "Connected!"},
        )

    def status(self, user: User) -> Response:
        """Tells the session's state; the address stays after every logout."""
        self._phone.linger(user)
        configured = bool(user.hmac_key) or user.hmac_given
        return ok({**_described(user), "history": "0", "hmac_configured": configured})

    def show_qr(self, user: User) -> Response:
        """Shows the code to scan; "" while there is none yet."""
        self._phone.linger(user)
        if self._phone.session(user).logged_in:
            raise BridgeError(500, "already logged in")
        cycle = self._phone.codes.current(user.id)
        return ok({"QRCode": cycle.picture if cycle else ""})

    def pair_phone(self, user: User) -> Response:
        """Gives the code to type on the phone instead of scanning."""
        current = self._phone.session(user)
        if not Payload(request.get_data()).text("Phone"):
            raise BridgeError(400, "missing Phone in Payload")
        if current.logged_in:
            raise BridgeError(400, "already paired")
        return ok({"LinkingCode": self._phone.codes.linking_code(user.id)})

    def check_users(self, user: User) -> Response:
        """Tells which numbers are on WhatsApp, and under which address."""
        self._phone.linger(user)
        current, phones = self._phone.session(user), Payload(request.get_data()).texts("Phone")
        if not phones:
            raise BridgeError(400, "missing Phone in Payload")
        if not current.logged_in:
            raise BridgeError(500, "failed to check if users are on WhatsApp: websocket not connected")
        addresses = {phone: self._phone.people.registered(phone.removeprefix("+")) for phone in phones}
        users = [
            {
                "Query": phone,
                "IsInWhatsapp": bool(address),
                "JID": address or f"{phone.removeprefix('+')}@s.whatsapp.net",
                "VerifiedName": "",
            }
            for phone, address in addresses.items()
        ]
        return ok({"Users": users})

    def list_groups(self, user: User) -> Response:
        """Lists the groups the number is a member of."""
        current = self._phone.session(user)
        if not current.logged_in:
            raise BridgeError(500, "failed to get group list: websocket not connected")
        found = self._phone.people.groups(user.name)
        groups = [{"JID": jid, "Name": name, "Participants": [{"JID": current.jid}]} for jid, name in found]
        return ok({"Groups": groups})

    def disconnect(self, user: User) -> Response:
        """Closes the session and keeps the pairing."""
        self._phone.disconnect(user)
        return ok({"Details": "Disconnected"})

    def logout(self, user: User) -> Response:
        """Removes the pairing."""
        self._phone.logout(user)
        return ok({"Details": "Logged out"})

    def configure_hmac(self, user: User) -> Response:
        """Sets the key that signs webhooks from now on."""
        key = Payload(request.get_data()).text("hmac_key")
        if len(key) < _KEY_LENGTH:
            raise BridgeError(400, _SHORT_KEY)
        self._phone.truth.set_hmac_key(user.id, key)
        return ok({"Details": "HMAC configuration saved successfully"})

    def set_webhook(self, user: User) -> Response:
        """Sets the webhook and its events; without events it is silenced."""
        payload = Payload(request.get_data())
        webhook, kinds = payload.text("webhookurl"), payload.texts("events")
        self._phone.truth.set_webhook(user.id, webhook, ",".join(kind for kind in kinds if kind in EVENT_TYPES))
        return ok({"webhook": webhook})

    def get_webhook(self, user: User) -> Response:
        """Tells the webhook and its events."""
        return ok({"webhook": user.webhook, "subscribe": user.events.split(",")})

    def _for_admin(self, view: Callable[..., Response]) -> Callable[..., Response]:
        def guarded(**arguments: str) -> Response:
            given = request.headers.get("Authorization", "").encode()
            if not hmac.compare_digest(given, self._admin_token):
                return fail(401, "unauthorized")
            return view(**arguments)

        return guarded

    def _for_user(self, view: Callable[[User], Response]) -> Callable[[], Response]:
        def guarded() -> Response:
            token = request.headers.get("token") or request.args.get("token", "")
            user = self._phone.truth.user_by_token(token) if token else None
            return view(user) if user else fail(401, "unauthorized")

        return guarded


def _read_user(payload: Payload) -> tuple[User, str]:
    """Returns the user a body describes, and its key."""
    key = payload.text("hmacKey")
    user = User(
        id=secrets.token_hex(16),
        name=payload.text("name"),
        token=payload.text("token"),
        webhook=payload.text("webhook"),
        events=payload.text("events"),
        expiration=payload.number("expiration"),
        hmac_given=bool(key),
    )
    return user, key


def _described(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "name": user.name,
        "token": user.token,
        "webhook": user.webhook,
        "jid": user.jid,
        "qrcode": "",
        "connected": user.connected,
        "loggedIn": user.logged_in,
        "expiration": user.expiration,
        "proxy_url": "",
        "events": user.events,
    }


def _refused(error: Exception) -> ResponseReturnValue:
    if not isinstance(error, BridgeError):
        raise error
    return fail(error.status, error.text)


def _undecoded(_error: Exception) -> ResponseReturnValue:
    return fail(400, "could not decode Payload")
