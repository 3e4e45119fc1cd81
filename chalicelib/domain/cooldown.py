"""Rests as values: the one that a number is in, and the one that it came back from."""

from __future__ import annotations

from dataclasses import dataclass

# A rest for this reason is a short back-off that WhatsApp asked for: nothing has to be taken slowly after it.
THROTTLED = "THROTTLED"
# What the reason of a rest begins with that a number's health asked for; the measure follows.
BY_HEALTH = "HEALTH_"


@dataclass(frozen=True, slots=True)
class Cooldown:
    """A rest with an end.

    Attributes:
        since: When it began, ms.
        until: When it ends by itself, ms.
        reason: Why: ``TEMPORARY_BAN_101`` …, ``THROTTLED``, ``HEALTH_DELIVERED``, ``HEALTH_BLOCKS`` or an operator's
            words.
        mark: What tells this occasion from another, so that a repeated report changes nothing.
        level: How often in a row its health made it rest; 0 for any other reason.
    """

    since: int
    until: int
    reason: str
    mark: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Rested:
    """The last rest, once it is over.

    Attributes:
        at: When it ended, ms.
        level: How often in a row its health had made it rest by then.
        ramping: Whether it has not been noted yet that the number is back at all of its limits.
    """

    at: int
    level: int = 0
    ramping: bool = True
