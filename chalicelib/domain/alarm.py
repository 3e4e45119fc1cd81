"""Where an unfinished intent is found again if everything else is lost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alarm:
    """When, or where, an unfinished intent is found again if everything else is lost.

    Exactly one is set: ``due`` (ms), or ``parked_on`` (the place it waits in, see ``domain/parking.py``).
    """

    due: int | None = None
    parked_on: str | None = None
