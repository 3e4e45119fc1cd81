"""The phone itself: what happens to sessions and messages, whichever side asks for it."""

import hashlib
import threading
from collections import defaultdict
from dataclasses import replace

from infra.local.phone import events
from infra.local.phone.clock import now, rfc3339
from infra.local.phone.faults import FaultDesk
from infra.local.phone.journal import Journal
from infra.local.phone.timings import Timings
from infra.local.phone.truth import Message, Truth, User
from infra.local.phone.webhooks import Webhooks


class BridgeError(Exception):
    """The bridge refuses with a status and a free text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class ControlError(Exception):
    """A control call makes no sense now; the text is a sentence for a person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Phone:
    """Sessions, messages and the events they cause.

    Args:
        truth: Where users, sessions and messages are kept; the phone closes it.
        timings: How long to wait.
    """

    def __init__(self, truth: Truth, timings: Timings) -> None:
        self.truth = truth
        self.timings = timings
        self.faults = FaultDesk()
        self.journal = Journal()
        self.stopping = threading.Event()
        self._webhooks = Webhooks(truth.user, lambda: self.faults.current.webhooks, timings)
        self._transition = threading.RLock()
        self._lanes: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def start(self) -> None:
        """Starts delivering events; paired sessions that were connected are connected again."""
        self._webhooks.start()
        for user in self.truth.users():
            if user.logged_in:
                self._webhooks.emit(user, events.connected(), self.timings.settle)

    def close(self, patience: float) -> None:
        """Stops delivering events and closes the store."""
        self.stopping.set()
        self._webhooks.close(patience)
        self.truth.close()

    def lane(self, user: User) -> threading.Lock:
        """Returns the lock that lets one send at a time through a session."""
        with self._transition:
            return self._lanes[user.id]

    def connect(self, user: User, subscribe: list[str]) -> User:
        """Opens a session's socket and sets its subscriptions, unless `subscribe` is empty.

        Raises:
            BridgeError: It is open already.
        """
        with self._transition:
            current = self._current(user)
            if current.connected:
                raise BridgeError(500, "already connected")
            known = [kind for kind in dict.fromkeys(subscribe) if kind in events.EVENT_TYPES]
            if subscribe:
                self.truth.set_webhook(user.id, current.webhook, ",".join(known))
            if current.device == "revoked":
                self._save(replace(current, device="none"))
                self._webhooks.emit(user, events.logged_out(on_connect=True), self.timings.settle)
            else:
                self._save(replace(current, connected=True))
            if current.device == "paired":
                self._webhooks.emit(user, events.connected(), self.timings.settle)
            return self._current(user)

    def disconnect(self, user: User) -> None:
        """Closes the socket and keeps the pairing.

        Raises:
            BridgeError: There is no session.
        """
        with self._transition:
            self._save(replace(self.session(user), connected=False))

    def logout(self, user: User) -> None:
        """Removes the pairing from the bridge's side, which tells nobody.

        Raises:
            BridgeError: There is no session, or no pairing.
        """
        with self._transition:
            current = self.session(user)
            if not current.logged_in:
                raise BridgeError(500, "could not logout as it was not logged in")
            self._save(replace(current, connected=False, device="none"))

    def session(self, user: User) -> User:
        """Returns a user with an open session.

        Raises:
            BridgeError: There is none.
        """
        current = self._current(user)
        if not current.connected:
            raise BridgeError(500, "no session")
        return current

    def scan(self, name: str, digits: str) -> str:
        """Pairs a waiting session with a phone number; returns the new device's address.

        Args:
            name: The bridge user's name.
            digits: The number, or "" for the one it had before or, at first, one made from the name.

        Raises:
            ControlError: Nobody has that name, or no session is waiting for a scan.
        """
        with self._transition:
            user = self.named(name)
            if user.device == "paired":
                raise ControlError(409, f"{name} is paired already; log it out first.")
            if not user.connected:
                raise ControlError(409, f"{name} shows no code to scan; connect its session first.")
            jid = _next_jid(user, digits)
            self._save(replace(user, device="paired", jid=jid))
            self._webhooks.emit(user, events.pair_success(jid))
            self._webhooks.emit(user, events.connected(), self.timings.settle)
            return jid

    def logout_on_phone(self, name: str) -> None:
        """Removes the pairing from the phone's side; an offline session learns it when it connects.

        Raises:
            ControlError: Nobody has that name, or it is not paired.
        """
        with self._transition:
            user = self.named(name)
            if user.device != "paired":
                raise ControlError(409, f"{name} is not paired.")
            self._save(replace(user, connected=False, device="none" if user.connected else "revoked"))
            if user.connected:
                self._webhooks.emit(user, events.logged_out(on_connect=False))

    def read(self, name: str, message_id: str) -> None:
        """Lets the receiver read a message.

        Raises:
            ControlError: Nobody has that name, it is not logged in, or it sent no such message.
        """
        user = self.named(name)
        message = self.truth.message(name, message_id)
        if message is None:
            raise ControlError(404, f"{name} sent no message {message_id!r}.")
        if not user.logged_in:
            raise ControlError(409, f"{name} is not logged in, so no receipt can reach it.")
        self._webhooks.emit(user, events.receipt(message, "Read", now()))

    def accept(self, user: User, to: str, message_id: str, body: str) -> None:
        """Records an accepted text, then lets its receiver's phone confirm it; groups confirm nothing."""
        message = Message(message_id, user.name, to, "text", body, rfc3339(now()))
        self.truth.record(message, show_repeat=self.faults.current.show_repeats)
        if not to.endswith("@g.us"):
            self._webhooks.emit(user, events.receipt(message, "Delivered", now()), self.timings.receipt)

    def named(self, name: str) -> User:
        """Returns the bridge user with a name.

        Raises:
            ControlError: There is none.
        """
        user = self.truth.user_by_name(name)
        if user is None:
            raise ControlError(404, f"No bridge user is named {name!r}.")
        return user

    def _current(self, user: User) -> User:
        current = self.truth.user(user.id)
        if current is None:
            raise BridgeError(401, "unauthorized")
        return current

    def _save(self, user: User) -> None:
        self.truth.set_session(user.id, connected=user.connected, device=user.device, jid=user.jid)


def _next_jid(user: User, digits: str) -> str:
    """Returns the address of a user's next device: the same number, one device further."""
    previous, _, device = user.jid.removesuffix("@s.whatsapp.net").partition(":")
    made_up = f"55119{int(hashlib.sha256(user.name.encode()).hexdigest(), 16) % 10**8:08d}"
    return f"{digits or previous or made_up}:{int(device or 0) + 1}@s.whatsapp.net"
