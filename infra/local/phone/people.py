"""Keeps what the phone knows of other people: who wrote what, who is on WhatsApp under which number, which groups."""

import re
import sqlite3
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS inbound (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, instance_id TEXT NOT NULL, id TEXT NOT NULL, phone TEXT NOT NULL,
    lid TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS contacts (phone TEXT PRIMARY KEY, address TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS groups (instance_id TEXT NOT NULL, jid TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (instance_id, jid));
CREATE TABLE IF NOT EXISTS limits (instance_id TEXT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL,
    until REAL NOT NULL, PRIMARY KEY (instance_id, kind));
CREATE TABLE IF NOT EXISTS reads (instance_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (instance_id, id));
"""

# Brazilian mobiles are known to WhatsApp without their ninth digit from area code 31 on.
_NINTH_DIGIT = re.compile(r"55(3[1-9]|[4-9]\d)9(\d{8})")


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message that somebody wrote to one of the paired numbers; `lid` is "" when their number is shown."""

    id: str
    instance_id: str
    phone: str
    lid: str
    text: str
    at: str

    def shown(self) -> dict[str, str]:
        """Returns it for the log."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Limit:
    """Something WhatsApp keeps a number from until a moment (seconds since the epoch)."""

    kind: str
    detail: str
    until: float


class People:
    """The store, safe to share between threads.

    Args:
        folder: Where the database file lives.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(folder / "people.sqlite3", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # survives a killed process, which is what is promised
        self._db.executescript(f"BEGIN; {_SCHEMA} COMMIT;")

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    def hear(self, message: InboundMessage) -> None:
        """Keeps a message that somebody wrote."""
        row = (message.instance_id, message.id, message.phone, message.lid, message.text, message.at)
        self._write("INSERT INTO inbound (instance_id, id, phone, lid, text, at) VALUES (?, ?, ?, ?, ?, ?)", *row)

    def inbound(self) -> list[InboundMessage]:
        """Returns every message that somebody wrote, oldest first."""
        rows = self._read("SELECT id, instance_id, phone, lid, text, at FROM inbound ORDER BY seq")
        return [InboundMessage(*row) for row in rows]

    def wrote(self, instance_id: str, recipient: str) -> bool:
        """Returns whether somebody, named by number or hidden name, ever wrote to an instance."""
        rows = self._read("SELECT DISTINCT phone, lid FROM inbound WHERE instance_id = ?", instance_id)
        written = {self.address(phone) for phone, _ in rows} | {f"{lid}@lid" for _, lid in rows if lid}
        return self.address(recipient) in written

    def declare(self, phone: str, address: str) -> None:
        """Says under which address a number is on WhatsApp; "" for not at all."""
        self._write("INSERT OR REPLACE INTO contacts (phone, address) VALUES (?, ?)", phone, address)

    def registered(self, phone: str) -> str:
        """Returns the address of a number on WhatsApp, "" when it is not there."""
        rows = self._read("SELECT address FROM contacts WHERE phone = ?", phone)
        if rows:
            return str(rows[0][0])
        mobile = _NINTH_DIGIT.fullmatch(phone)
        return f"55{mobile[1]}{mobile[2]}@s.whatsapp.net" if mobile else f"{phone}@s.whatsapp.net"

    def address(self, recipient: str) -> str:
        """Returns where a recipient is found: an address as it is, a number by what is known of it."""
        return recipient if "@" in recipient else self.registered(recipient) or f"{recipient}@s.whatsapp.net"

    def read(self, instance_id: str, message_id: str) -> None:
        """Remembers that a receiver read a message."""
        self._write("INSERT OR IGNORE INTO reads (instance_id, id) VALUES (?, ?)", instance_id, message_id)

    def reads(self) -> set[tuple[str, str]]:
        """Returns every message that was read: instance and id."""
        return {
            (instance_id, message_id) for instance_id, message_id in self._read("SELECT instance_id, id FROM reads")
        }

    def join(self, instance_id: str, jid: str, name: str) -> None:
        """Makes an instance a member of a group."""
        self._write("INSERT OR REPLACE INTO groups (instance_id, jid, name) VALUES (?, ?, ?)", instance_id, jid, name)

    def leave(self, instance_id: str, jid: str) -> None:
        """Makes an instance no member of a group."""
        self._write("DELETE FROM groups WHERE instance_id = ? AND jid = ?", instance_id, jid)

    def group_called(self, name: str) -> str:
        """Returns the address of the group with a name that somebody is in, "" when there is none."""
        rows = self._read("SELECT jid FROM groups WHERE name = ? ORDER BY jid LIMIT 1", name)
        return str(rows[0][0]) if rows else ""

    def group_names(self) -> dict[str, str]:
        """Returns what groups are called, by address."""
        return dict(self._read("SELECT jid, name FROM groups"))

    def groups(self, instance_id: str) -> list[tuple[str, str]]:
        """Returns the groups of an instance: address and name."""
        rows = self._read("SELECT jid, name FROM groups WHERE instance_id = ? ORDER BY jid", instance_id)
        return [(jid, name) for jid, name in rows]

    def limit(self, instance_id: str, limit: Limit) -> None:
        """Keeps an instance from something."""
        statement = "INSERT OR REPLACE INTO limits (instance_id, kind, detail, until) VALUES (?, ?, ?, ?)"
        self._write(statement, instance_id, limit.kind, limit.detail, limit.until)

    def lift(self, instance_id: str, kind: str) -> None:
        """Lifts a limit."""
        self._write("DELETE FROM limits WHERE instance_id = ? AND kind = ?", instance_id, kind)

    def limited(self, instance_id: str, kind: str, now: float) -> Limit | None:
        """Returns the limit of a kind that holds at a moment."""
        statement = "SELECT kind, detail, until FROM limits WHERE instance_id = ? AND kind = ? AND until > ?"
        return next((Limit(*row) for row in self._read(statement, instance_id, kind, now)), None)

    def _read(self, statement: str, *values: str | float) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def _write(self, statement: str, *values: str | float) -> None:
        with self._lock:
            self._db.execute(statement, values)
