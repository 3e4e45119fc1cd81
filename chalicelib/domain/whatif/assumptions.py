"""What a replay takes for granted and what it leaves out: told with every result, so that nobody trusts it too far."""

from __future__ import annotations

from enum import StrEnum


class Assumption(StrEnum):
    """What both sides of a comparison take for granted."""

    NUMBERS_READY = "NUMBERS_READY"
    NOTHING_SENT_BEFORE = "NOTHING_SENT_BEFORE"
    HELD_AS_RECORDED = "HELD_AS_RECORDED"
    REFUSED_AS_RECORDED = "REFUSED_AS_RECORDED"
    PEOPLE_AS_KNOWN = "PEOPLE_AS_KNOWN"
    WAITED_A_DAY = "WAITED_A_DAY"


class NotModelled(StrEnum):
    """What neither side of a comparison has in it."""

    OWN_POLICIES_OF_THE_TIME = "OWN_POLICIES_OF_THE_TIME"
    HEALTH = "HEALTH"
    FAILED_SENDS = "FAILED_SENDS"
    STEERED_CAMPAIGNS = "STEERED_CAMPAIGNS"
    EARLIER_BACKLOG = "EARLIER_BACKLOG"
    GROUPS_OF_NUMBERS = "GROUPS_OF_NUMBERS"
