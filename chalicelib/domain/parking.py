"""Where intents wait without an alarm of their own: for a number or an organization to return, or in a line for room.

A place is named by the id of what is waited for; a line adds its name (``ins_…/campaign``). Whoever waits in a place
leaves it oldest first.
"""

from __future__ import annotations

from enum import StrEnum


class Line(StrEnum):
    """The lines in which intents wait for room, in the order in which they are served."""

    REPLIES = "replies"
    DISPATCH = "dispatch"
    CAMPAIGN = "campaign"
    NEW_CONTACTS = "new"


def line_of(subject: str, line: Line) -> str:
    """The name of a line's place: intents that wait there need room on ``subject`` (a number, or any of a pool)."""
    return f"{subject}/{line}"


def subject_of(place: str) -> str:
    """The id of the instance or organization that a place belongs to."""
    return place.partition("/")[0]


def line_in(place: str) -> Line | None:
    """Which line a place is; ``None`` where a return is waited for."""
    name = place.partition("/")[2]
    return Line(name) if name else None
