"""The phone itself: what the bridge's side does with sessions and messages."""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from infra.local.phone import events
from infra.local.phone.clock import now
from infra.local.phone.codes import Codes, Cycle
from infra.local.phone.faults import FaultDesk
from infra.local.phone.journal import Journal
from infra.local.phone.people import People
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
        people: What is known of others; the phone closes it too.
        timings: How long to wait.
    """

    def __init__(self, truth: Truth, people: People, timings: Timings) -> None:
        self.truth = truth
        self.people = people
        self.timings = timings
        self.faults = FaultDesk()
        self.journal = Journal()
        self.stopping = threading.Event()
        self.webhooks = Webhooks(truth.user, lambda name: self.faults.of(name).webhooks, timings)
        self.codes = Codes(timings.codes, self._code_shown, self._codes_ran_out)
        self.transition = threading.RLock()
        self._lanes: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def start(self) -> None:
        """Starts delivering events; paired sessions that were connected are connected again."""
        self.webhooks.start()
        for user in self.truth.users():
            if user.logged_in:
                self.webhooks.emit(user, events.connected(), self.timings.settle)

    def close(self, patience: float) -> None:
        """Stops delivering events and closes the store."""
        self.stopping.set()
        self.codes.close()
        self.webhooks.close(patience)
        self.truth.close()
        self.people.close()

    def lane(self, user: User) -> threading.Lock:
        """Returns the lock that lets one send at a time through a session."""
        with self.transition:
            return self._lanes[user.id]

    def connect(self, user: User, subscribe: list[str]) -> User:
        """Opens a session's socket and sets its subscriptions, unless `subscribe` is empty.

        Raises:
            BridgeError: It is open already.
        """
        with self.transition:
            current = self._current(user)
            if current.connected:
                raise BridgeError(500, "already connected")
            known = [kind for kind in dict.fromkeys(subscribe) if kind in events.EVENT_TYPES]
            if subscribe:
                self.truth.set_webhook(user.id, current.webhook, ",".join(known))
            ban = self.people.limited(user.name, "ban", now().timestamp())
            if ban:
                left = ban.until - now().timestamp()
                self.webhooks.emit(user, events.temporary_ban(int(ban.detail), left), self.timings.settle)
                return self._current(user)
            if current.device == "revoked":
                self.save(replace(current, device="none"))
                self.webhooks.emit(user, events.logged_out(on_connect=True), self.timings.settle)
            else:
                self.save(replace(current, connected=True))
            if current.device == "paired":
                self.webhooks.emit(user, events.connected(), self.timings.settle)
            elif self._current(user).connected:
                self.codes.begin(user.id)
            return self._current(user)

    def disconnect(self, user: User) -> None:
        """Closes the socket and keeps the pairing.

        Raises:
            BridgeError: There is no session.
        """
        with self.transition:
            self.save(replace(self.session(user), connected=False))
            self.codes.end(user.id)

    def logout(self, user: User) -> None:
        """Removes the pairing from the bridge's side, which tells nobody.

        Raises:
            BridgeError: There is no session, or no pairing.
        """
        with self.transition:
            current = self.session(user)
            if not current.logged_in:
                raise BridgeError(500, "could not logout as it was not logged in")
            self.save(replace(current, connected=False, device="none"))

    def session(self, user: User) -> User:
        """Returns a user with an open session.

        Raises:
            BridgeError: There is none.
        """
        current = self._current(user)
        if not current.connected:
            raise BridgeError(500, "no session")
        return current

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
        self.people.read(name, message_id)
        self.webhooks.emit(user, events.receipt(message, "Read", now()))

    def accept(self, user: User, message: Message) -> None:
        """Records an accepted message, then lets its receiver's phone confirm it; groups confirm nothing."""
        self.truth.record(message, show_repeat=self.faults.of(user.name).show_repeats)
        if not message.to.endswith("@g.us"):
            self.webhooks.emit(user, events.receipt(message, "Delivered", now()), self.timings.receipt)

    def named(self, name: str) -> User:
        """Returns the bridge user with a name.

        Raises:
            ControlError: There is none.
        """
        user = self.truth.user_by_name(name)
        if user is None:
            raise ControlError(404, f"No bridge user is named {name!r}.")
        return user

    def wants_passkey(self, name: str) -> bool:
        """Returns whether the phone of an instance insists on a passkey."""
        return self.people.limited(name, "passkey", now().timestamp()) is not None

    def later(self, seconds: float, work: Callable[[], None]) -> None:
        """Does something after a while, unless the phone is closed by then."""

        def run() -> None:
            if not self.stopping.wait(seconds):
                work()

        threading.Thread(target=run, daemon=True).start()

    def linger(self, user: User) -> None:
        """Takes as long to answer a question as the faults ask for."""
        faults = self.faults.current
        if faults.slow(user.name):
            self.stopping.wait(faults.latency_ms / 1000)

    def _code_shown(self, cycle: Cycle) -> None:
        user = self.truth.user(cycle.user_id)
        if user and user.subscribes("QR"):
            self.webhooks.emit(user, events.qr(cycle.picture))

    def _codes_ran_out(self, user_id: str) -> None:
        with self.transition:
            user = self.truth.user(user_id)
            if user and user.connected and user.device != "paired":
                self.save(replace(user, connected=False))
                self.webhooks.emit(user, events.qr_timeout())

    def _current(self, user: User) -> User:
        current = self.truth.user(user.id)
        if current is None:
            raise BridgeError(401, "unauthorized")
        return current

    def save(self, user: User) -> None:
        """Stores what became of a session."""
        self.truth.set_session(user.id, connected=user.connected, device=user.device, jid=user.jid)
