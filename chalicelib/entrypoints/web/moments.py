"""Instants that people fill in: in their organization's time zone, to the minute."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def instant_of(text: str, zone: str) -> datetime | None:
    """The instant that a ``datetime-local`` field means; ``None`` when it is none.

    Where a clock that is set back shows a time twice, the first one is meant.

    Args:
        text: As browsers send it: ``2026-11-25T18:00``.
        zone: IANA name of the time zone it is told in.
    """
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return None
    return local.replace(tzinfo=ZoneInfo(zone)) if local.tzinfo is None else None
