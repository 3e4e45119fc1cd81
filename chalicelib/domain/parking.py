"""Where intents wait without an alarm of their own: for what is stopped to return, or in a line for room.

A place is named by the id of what is waited for (a number, an organization or a campaign); a line adds its name
(``ins_…/campaign``). Whoever waits in a place leaves it oldest first.
"""

from __future__ import annotations

from enum import StrEnum

from chalicelib.domain.values import Purpose


class Line(StrEnum):
    """The lines in which intents wait for room, in the order in which they are served."""

    REPLIES = "replies"
    DISPATCH = "dispatch"
    WARMUP = "warmup"
    CAMPAIGN = "campaign"
    NEW_CONTACTS = "new"
    WARMUP_NEW = "warmup-new"

    @property
    def purpose(self) -> Purpose | None:
        """What the numbers it is served from must be meant for; ``None`` when any may serve it."""
        return _PURPOSES.get(self)

    @property
    def new_contacts(self) -> bool:
        """Whether those who wait in it are for people never written to."""
        return self in _TO_NEW_CONTACTS


_TO_NEW_CONTACTS = frozenset({Line.NEW_CONTACTS, Line.WARMUP_NEW})
# Warm-up leaves from numbers that carry nothing else, and must hold up nobody who cannot leave from those.
_PURPOSES = {
    Line.DISPATCH: Purpose.DISPATCH,
    Line.WARMUP: Purpose.WARMUP,
    Line.CAMPAIGN: Purpose.DISPATCH,
    Line.NEW_CONTACTS: Purpose.DISPATCH,
    Line.WARMUP_NEW: Purpose.WARMUP,
}


def line_of(subject: str, line: Line) -> str:
    """The name of a line's place: intents that wait there need room on ``subject`` (a number, or any of a pool)."""
    return f"{subject}/{line}"


def subject_of(place: str) -> str:
    """The id of the number, organization or campaign that a place belongs to."""
    return place.partition("/")[0]


def line_in(place: str) -> Line | None:
    """Which line a place is; ``None`` where a return is waited for."""
    name = place.partition("/")[2]
    return Line(name) if name else None
