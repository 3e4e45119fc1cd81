"""Keeps what must outlive the process: bridge users, their sessions and every message that was accepted.

Each statement is its own transaction and is committed before the caller answers, so a killed process loses nothing it
acknowledged. One row is kept per *send*; rows that a receiver would show are the *messages*.
"""

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Device = Literal["none", "paired", "revoked"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS users (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, token TEXT NOT NULL UNIQUE,
    webhook TEXT NOT NULL, events TEXT NOT NULL, expiration INTEGER NOT NULL, hmac_given INTEGER NOT NULL,
    hmac_key TEXT NOT NULL DEFAULT '', jid TEXT NOT NULL DEFAULT '', device TEXT NOT NULL DEFAULT 'none',
    connected INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS sends (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, instance_id TEXT NOT NULL, id TEXT NOT NULL, recipient TEXT NOT NULL,
    type TEXT NOT NULL, body TEXT NOT NULL, at TEXT NOT NULL, shown INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS sends_by_id ON sends (instance_id, id);
"""
_USER = "SELECT id, name, token, webhook, events, expiration, hmac_given, hmac_key, jid, device, connected FROM users"
_MESSAGE = """
SELECT s.id, s.instance_id, s.recipient, s.type, s.body, s.at,
       (SELECT COUNT(*) FROM sends c WHERE c.instance_id = s.instance_id AND c.id = s.id)
FROM sends s WHERE s.shown = 1
"""

_Value = str | int


class DuplicateTokenError(Exception):
    """Another bridge user already has this token."""


@dataclass(frozen=True, slots=True)
class User:
    """A bridge user and its session.

    Attributes:
        id: The bridge's own id.
        name: The caller's name for it: our instance id.
        events: Subscribed event types, comma-separated.
        expiration: What the caller set, unused.
        hmac_given: A key came with the user's creation; it signs nothing.
        hmac_key: The key that signs webhooks, "" until it was configured.
        jid: The last paired device; it stays after every logout.
        device: ``revoked`` is a pairing removed on the phone while the session was offline.
        connected: Whether the socket is open, also while waiting for a scan.
    """

    id: str
    name: str
    token: str
    webhook: str
    events: str
    expiration: int = 0
    hmac_given: bool = False
    hmac_key: str = ""
    jid: str = ""
    device: Device = "none"
    connected: bool = False

    @property
    def logged_in(self) -> bool:
        """Whether messages can be sent."""
        return self.connected and self.device == "paired"

    def subscribes(self, kind: str) -> bool:
        """Whether events of this type are delivered to the user's webhook."""
        subscribed = self.events.split(",")
        return bool(self.webhook) and (kind in subscribed or "All" in subscribed)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as its receiver sees it; `copies` counts the sends under its id and instance."""

    id: str
    instance_id: str
    to: str
    type: str
    body: str
    at: str
    copies: int = 1

    @property
    def chat(self) -> str:
        """The chat's WhatsApp address."""
        return self.to if "@" in self.to else f"{self.to}@s.whatsapp.net"


class Truth:
    """The store, safe to share between threads.

    Args:
        folder: Where the database file lives; created when missing.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(folder / "phone.sqlite3", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # survives a killed process, which is what is promised
        self._db.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        self._write("UPDATE users SET connected = 0 WHERE device <> 'paired'")  # a waiting scan dies with the process

    def close(self) -> None:
        """Closes the file; every acknowledged change is already in it."""
        with self._lock:
            self._db.close()

    def add_user(self, user: User) -> None:
        """Adds a user.

        Raises:
            DuplicateTokenError: Another user has this token.
        """
        statement = (
            "INSERT INTO users (id, name, token, webhook, events, expiration, hmac_given) VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        row = (user.id, user.name, user.token, user.webhook, user.events, user.expiration, user.hmac_given)
        try:
            self._write(statement, *row)
        except sqlite3.IntegrityError as error:
            raise DuplicateTokenError from error

    def delete_user(self, user_id: str) -> bool:
        """Removes a user, keeping its messages; returns whether there was one."""
        return self._write("DELETE FROM users WHERE id = ?", user_id) > 0

    def users(self) -> list[User]:
        """Returns all users, oldest first."""
        return [_user(row) for row in self._read(f"{_USER} ORDER BY seq")]

    def user(self, user_id: str) -> User | None:
        """Returns the user with a bridge id."""
        return next((_user(row) for row in self._read(f"{_USER} WHERE id = ?", user_id)), None)

    def user_by_token(self, token: str) -> User | None:
        """Returns the user with a token."""
        return next((_user(row) for row in self._read(f"{_USER} WHERE token = ?", token)), None)

    def user_by_name(self, name: str) -> User | None:
        """Returns the user with a name; of several, a connected one before others, then the newest."""
        rows = self._read(f"{_USER} WHERE name = ? ORDER BY connected DESC, seq DESC LIMIT 1", name)
        return next((_user(row) for row in rows), None)

    def set_webhook(self, user_id: str, webhook: str, events: str) -> None:
        """Changes where events go and which ones."""
        self._write("UPDATE users SET webhook = ?, events = ? WHERE id = ?", webhook, events, user_id)

    def set_hmac_key(self, user_id: str, key: str) -> None:
        """Changes the key that signs webhooks."""
        self._write("UPDATE users SET hmac_key = ? WHERE id = ?", key, user_id)

    def set_session(self, user_id: str, *, connected: bool, device: Device, jid: str) -> None:
        """Changes a user's session."""
        statement = "UPDATE users SET connected = ?, device = ?, jid = ? WHERE id = ?"
        self._write(statement, connected, device, jid, user_id)

    def record(self, message: Message, *, show_repeat: bool) -> None:
        """Records an accepted send; a repeated id makes a further message only with `show_repeat`."""
        statement = """
            INSERT INTO sends (instance_id, id, recipient, type, body, at, shown)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7 OR NOT EXISTS (SELECT 1 FROM sends WHERE instance_id = ?1 AND id = ?2))
        """
        row = (message.instance_id, message.id, message.to, message.type, message.body, message.at, show_repeat)
        self._write(statement, *row)

    def messages(self) -> list[Message]:
        """Returns every message, oldest first."""
        return [Message(*row) for row in self._read(f"{_MESSAGE} ORDER BY s.seq")]

    def latest_messages(self, limit: int) -> list[Message]:
        """Returns the newest messages, newest first."""
        return [Message(*row) for row in self._read(f"{_MESSAGE} ORDER BY s.seq DESC LIMIT ?", limit)]

    def message(self, instance_id: str, message_id: str) -> Message | None:
        """Returns the first message under an id."""
        rows = self._read(f"{_MESSAGE} AND s.instance_id = ? AND s.id = ? ORDER BY s.seq", instance_id, message_id)
        return next((Message(*row) for row in rows), None)

    def _read(self, statement: str, *values: _Value) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def _write(self, statement: str, *values: _Value) -> int:
        with self._lock:
            return self._db.execute(statement, values).rowcount


def _user(row: tuple[Any, ...]) -> User:
    id_, name, token, webhook, events, expiration, hmac_given, hmac_key, jid, device, connected = row
    return User(
        id_,
        name,
        token,
        webhook,
        events,
        expiration,
        hmac_given=bool(hmac_given),
        hmac_key=hmac_key,
        jid=jid,
        device=device,
        connected=bool(connected),
    )
