"""What the owner of a paired phone does, and what WhatsApp does to it: scanning, leaving, bans, lost sockets."""

import hashlib
import hmac
from dataclasses import replace

from infra.local.phone import events
from infra.local.phone.clock import now
from infra.local.phone.people import Limit
from infra.local.phone.sessions import ControlError, Phone
from infra.local.phone.truth import User

_FOREVER = 4e9


class Owner:
    """The hands that hold the phones.

    Args:
        phone: What they act on.
    """

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._lost: set[str] = set()

    def scan(self, name: str, digits: str) -> str:
        """Pairs a waiting session with a phone number; returns the new device's address.

        Args:
            name: The bridge user's name.
            digits: The number, or "" for the one it had before or, at first, one made from the name.

        Raises:
            ControlError: Nobody has that name, no code is shown, or the phone insists on a passkey.
        """
        with self._phone.transition:
            user = self._waiting(name)
            if self._phone.wants_passkey(name):
                raise ControlError(409, f"The phone of {name} insists on a passkey: the scan comes to nothing.")
            return self._pair(user, digits)

    def enter_code(self, name: str, code: str) -> str:
        """Pairs a waiting session by the code that was typed; returns the new device's address.

        Raises:
            ControlError: As for a scan, or the code is another one.
        """
        with self._phone.transition:
            user = self._waiting(name)
            cycle = self._phone.codes.current(user.id)
            typed = code.replace("-", "").upper()
            if cycle is None or not cycle.linking or not hmac.compare_digest(typed.encode(), cycle.linking.encode()):
                raise ControlError(409, f"{name} did not ask for this code.")
            return self._pair(user, "")

    def let_codes_run_out(self, name: str) -> None:
        """Lets the time of all codes of a waiting session pass, as when nobody scans them for minutes.

        Raises:
            ControlError: Nobody has that name, or no code is shown.
        """
        self._phone.codes.run_out(self._waiting(name).id)

    def insist_on_passkey(self, name: str, *, required: bool) -> None:
        """Lets the phone demand a passkey when its code is scanned, which the bridge tells nobody."""
        user = self._phone.named(name)
        if required:
            self._phone.people.limit(user.name, Limit("passkey", "", _FOREVER))
        else:
            self._phone.people.lift(user.name, "passkey")

    def leave(self, name: str, reason: int = events.LOGGED_OUT) -> None:
        """Removes the pairing from the phone's side; an offline session learns it when it connects.

        Raises:
            ControlError: Nobody has that name, or it is not paired.
        """
        with self._phone.transition:
            user = self._paired(name)
            self._lost.discard(user.id)
            self._phone.save(replace(user, connected=False, device="none" if user.connected else "revoked"))
            if user.connected:
                self._phone.webhooks.emit(user, events.logged_out(on_connect=False, reason=reason))

    def ban(self, name: str, code: int, seconds: int) -> None:
        """Lets WhatsApp stop a number for a while: its socket closes and does not open before the end."""
        with self._phone.transition:
            user = self._paired(name)
            self._phone.people.limit(name, Limit("ban", str(code), now().timestamp() + seconds))
            self._lost.discard(user.id)
            self._phone.save(replace(user, connected=False))
            self._phone.webhooks.emit(user, events.temporary_ban(code, seconds))

    def lock(self, name: str, scope: str, seconds: int, contact: str) -> None:
        """Lets WhatsApp refuse messages to people who never wrote to the number, or to one of them."""
        user = self._phone.named(name)
        detail = contact if scope == "contact" else "*"
        self._phone.people.limit(user.name, Limit("lock", detail, now().timestamp() + seconds))

    def lose_socket(self, name: str) -> None:
        """Lets a session lose its socket; the bridge connects it again after a while, unless it is banned meanwhile."""
        with self._phone.transition:
            user = self._paired(name)
            if not user.connected:
                raise ControlError(409, f"{name} is offline already.")
            self._lost.add(user.id)
            self._phone.save(replace(user, connected=False))
            self._phone.webhooks.emit(user, events.disconnected())
        self._phone.later(self._phone.timings.reconnect, lambda: self._come_back(user))

    def outdate(self, name: str) -> None:
        """Lets WhatsApp refuse the client's version: the session closes."""
        with self._phone.transition:
            user = self._paired(name)
            self._lost.discard(user.id)
            self._phone.save(replace(user, connected=False))
            self._phone.webhooks.emit(user, events.client_outdated())

    def _come_back(self, user: User) -> None:
        with self._phone.transition:
            if user.id not in self._lost:
                return
            self._lost.discard(user.id)
            current = self._phone.truth.user(user.id)
            if current and current.device == "paired" and not current.connected:
                self._phone.save(replace(current, connected=True))
                self._phone.webhooks.emit(current, events.connected())

    def _waiting(self, name: str) -> User:
        user = self._phone.named(name)
        if user.device == "paired":
            raise ControlError(409, f"{name} is paired already; log it out first.")
        if not user.connected or self._phone.codes.current(user.id) is None:
            raise ControlError(409, f"{name} shows no code to scan; connect its session first.")
        return user

    def _paired(self, name: str) -> User:
        user = self._phone.named(name)
        if user.device != "paired":
            raise ControlError(409, f"{name} is not paired.")
        return user

    def _pair(self, user: User, digits: str) -> str:
        jid = _next_jid(user, digits)
        self._phone.codes.end(user.id)
        self._phone.save(replace(user, device="paired", jid=jid))
        self._phone.webhooks.emit(user, events.pair_success(jid))
        self._phone.webhooks.emit(user, events.connected(), self._phone.timings.settle)
        return jid


def _next_jid(user: User, digits: str) -> str:
    """Returns the address of a user's next device: the same number, one device further."""
    previous, _, device = user.jid.removesuffix("@s.whatsapp.net").partition(":")
    made_up = f"55119{int(hashlib.sha256(user.name.encode()).hexdigest(), 16) % 10**8:08d}"
    return f"{digits or previous or made_up}:{int(device or 0) + 1}@s.whatsapp.net"
