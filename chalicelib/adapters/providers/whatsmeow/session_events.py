"""What the bridge's events say about a session."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.connection import Cause, Connection, Report, TemporaryBan
from chalicelib.domain.errors import InvalidInput

_NANOSECONDS = 1_000_000
_LOGGED_OUT = Report(Connection.LOGGED_OUT, Cause.LOGGED_OUT_ON_PHONE)
_OUTDATED = Report(Connection.ERROR, Cause.CLIENT_OUTDATED)
# The library's numbers for why WhatsApp ended a session.
_LOGOUTS = {
    401: _LOGGED_OUT,
    403: Report(Connection.LOGGED_OUT, Cause.ACCOUNT_LOCKED),
    406: Report(Connection.LOGGED_OUT, Cause.ACCOUNT_BANNED),
}
# Events with a reason: what it means by its number, and what any other means.
_REASONED = {
    "LoggedOut": (_LOGOUTS, _LOGGED_OUT),
    "ConnectFailure": (_LOGOUTS | {405: _OUTDATED}, Report(Connection.ERROR, Cause.CONNECT_FAILED)),
}

_PLAIN = {
    "Connected": Report(Connection.CONNECTED),
    "PairSuccess": Report(Connection.CONNECTED),
    "Disconnected": Report(Connection.DISCONNECTED, Cause.CONNECTION_LOST),
    "StreamReplaced": Report(Connection.DISCONNECTED, Cause.CONNECTION_LOST),
    "QRTimeout": Report(Connection.DISCONNECTED, Cause.QR_TIMEOUT),
    "ClientOutdated": _OUTDATED,
}
SESSION_EVENTS = (*_PLAIN, *_REASONED, "TemporaryBan")


def report_of(kind: str, facts: object) -> Report | None:
    """What an event of type ``kind`` says; ``None`` for a type that is none of a session's.

    Raises:
        InvalidInput: The event lacks what its type must have.
    """
    if kind in _PLAIN:
        return _PLAIN[kind]
    if "passkey" in kind.lower():
        return Report(Connection.PASSKEY_REQUIRED)
    known: dict[str, Any] = facts if isinstance(facts, dict) else {}
    if kind in _REASONED:
        meanings, otherwise = _REASONED[kind]
        return meanings.get(_number(known.get("Reason")), otherwise)
    return _ban(known) if kind == "TemporaryBan" else None


def _ban(facts: dict[str, Any]) -> Report:
    code, lasts = _number(facts.get("Code")), _number(facts.get("Expire")) // _NANOSECONDS
    if code <= 0 or lasts < 0:
        raise InvalidInput("a temporary ban has no code or no end", "/event")
    return Report(Connection.DISCONNECTED, Cause.CONNECTION_LOST, TemporaryBan(code, lasts))


def _number(value: object) -> int:
    """A whole number; 0 for anything else, and for what no number of theirs can be."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63 else 0
