"""The state of a number's session as words: a claim, why it is so, and who said it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Connection(StrEnum):
    """What was last known about a number's session."""

    DISCONNECTED = "DISCONNECTED"
    CONNECTING = "CONNECTING"
    AWAITING_SCAN = "AWAITING_SCAN"
    PASSKEY_REQUIRED = "PASSKEY_REQUIRED"
    CONNECTED = "CONNECTED"
    LOGGED_OUT = "LOGGED_OUT"
    ERROR = "ERROR"


class Cause(StrEnum):
    """Why a session is not connected."""

    QR_TIMEOUT = "QR_TIMEOUT"
    PASSKEY_ASSUMED = "PASSKEY_ASSUMED"
    LOGGED_OUT_ON_PHONE = "LOGGED_OUT_ON_PHONE"
    LOGGED_OUT_BY_US = "LOGGED_OUT_BY_US"
    ACCOUNT_LOCKED = "ACCOUNT_LOCKED"
    ACCOUNT_BANNED = "ACCOUNT_BANNED"
    CLIENT_OUTDATED = "CLIENT_OUTDATED"
    CONNECT_FAILED = "CONNECT_FAILED"
    CONNECTION_LOST = "CONNECTION_LOST"
    PROVIDER_UNREACHABLE = "PROVIDER_UNREACHABLE"
    PROVIDER_REFUSED = "PROVIDER_REFUSED"
    SENDS_FAILED = "SENDS_FAILED"


@dataclass(frozen=True, slots=True)
class Observation:
    """What a provider answered when it was asked about a session.

    Attributes:
        connection: One of ``DISCONNECTED``, ``CONNECTING``, ``AWAITING_SCAN``, ``CONNECTED``, ``ERROR``, or
            ``PASSKEY_REQUIRED`` where a provider says so.
        cause: Why it is not connected, as far as the provider tells.
        phone: The number that is paired, E.164.
        code: The picture of the code to scan, a ``data:`` URI.
    """

    connection: Connection
    cause: Cause | None = None
    phone: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class TemporaryBan:
    """WhatsApp stopped a number for a while.

    Attributes:
        code: WhatsApp's number for the reason (101 to 106).
        lasts: For how long, ms.
    """

    code: int
    lasts: int


@dataclass(frozen=True, slots=True)
class Report:
    """What an event says about a session. It carries no time, so it is believed only if it fits an observation.

    Attributes:
        connection: What the session became.
        cause: Why.
        ban: The temporary ban that came with it.
    """

    connection: Connection
    cause: Cause | None = None
    ban: TemporaryBan | None = None
