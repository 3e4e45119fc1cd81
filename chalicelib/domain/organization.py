"""The tenant: whose numbers, whose rules, and whether it is paused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Pause:
    """A stop by hand.

    Attributes:
        by: The actor who paused.
        reason: Why, in that person's words.
        at: When it was written, ms.
    """

    by: str
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Organization:
    """A tenant.

    Attributes:
        id: ``org_`` + ULID.
        name: As people call it.
        locale: Language of what people read (``pt-BR``, ``en``).
        time_zone: IANA name.
        policy: Pacing of its instances.
        paused: Set while nothing may be sent.
    """

    id: str
    name: str
    locale: str
    time_zone: str
    policy: Policy
    paused: Pause | None = None
