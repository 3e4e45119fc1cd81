"""A WhatsApp number: what it is for, and what we last knew about its connection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.values import Purpose

if TYPE_CHECKING:
    from chalicelib.domain.organization import Pause


class Provider(StrEnum):
    """Through which provider a number sends."""

    WHATSMEOW = "whatsmeow"


class InstancePurpose(StrEnum):
    """What a number is meant to carry."""

    WARMUP = "WARMUP"
    DISPATCH = "DISPATCH"
    MIXED = "MIXED"


class Lifecycle(StrEnum):
    """Where a number is in its life."""

    CREATED = "CREATED"
    ACTIVE = "ACTIVE"
    BANNED = "BANNED"
    RETIRED = "RETIRED"


# A number that will never send again as it is.
FINAL = frozenset({Lifecycle.BANNED, Lifecycle.RETIRED})


class Connection(StrEnum):
    """What was last known about the number's session."""

    DISCONNECTED = "DISCONNECTED"
    CONNECTING = "CONNECTING"
    CONNECTED = "CONNECTED"
    LOGGED_OUT = "LOGGED_OUT"
    ERROR = "ERROR"


_CARRIES = {
    Purpose.WARMUP: {InstancePurpose.WARMUP, InstancePurpose.MIXED},
    Purpose.DISPATCH: {InstancePurpose.DISPATCH, InstancePurpose.MIXED},
    Purpose.SCHEDULE: {InstancePurpose.DISPATCH, InstancePurpose.MIXED},
    Purpose.REPLY: set(InstancePurpose),
}


@dataclass(frozen=True, slots=True)
class Instance:
    """One WhatsApp number of an organization.

    Attributes:
        id: ``ins_`` + ULID; also the name of its user on the bridge.
        organization_id: Whose number it is.
        name: As people call it.
        provider: Through which provider it sends.
        purpose: What it is meant to carry.
        lifecycle: Where it is in its life.
        connection: What was last known about its session.
        connection_at: When that was learned, ms.
        paused: Set while nothing may leave from it.
        version: Stored version this was read at; 0 when nothing is stored yet.
    """

    id: str
    organization_id: str
    name: str
    provider: Provider
    purpose: InstancePurpose
    lifecycle: Lifecycle
    connection: Connection
    connection_at: int
    paused: Pause | None = None
    version: int = 0

    def carries(self, purpose: Purpose) -> bool:
        """Whether a message of this purpose may leave from this number."""
        return self.purpose in _CARRIES[purpose]

    def observed(self, connection: Connection, at: int) -> Instance:
        """The instance after something was learned about its session; a first connection makes it active."""
        first = self.lifecycle is Lifecycle.CREATED and connection is Connection.CONNECTED
        lifecycle = Lifecycle.ACTIVE if first else self.lifecycle
        return replace(self, lifecycle=lifecycle, connection=connection, connection_at=at)
