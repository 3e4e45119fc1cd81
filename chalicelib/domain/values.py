"""The words of the field as types: closed lists and small values everything else is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

# A prefix and a ULID: ``int_01J…``.
_ID = re.compile(r"[a-z]{3}_[0-7][0-9A-HJKMNP-TV-Z]{25}")
# A group of today, or one of before 2021: who made it, and when.
_GROUP_ID = re.compile(r"[1-9][0-9]{4,24}(-[0-9]{4,15})?@g\.us")

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class TargetKind(StrEnum):
    """What a message is addressed to."""

    PHONE = "PHONE"
    GROUP = "GROUP"


class ContentType(StrEnum):
    """What a message carries. An unknown one is refused at intake, never sent."""

    TEXT = "TEXT"
    LOCATION = "LOCATION"
    REACTION = "REACTION"


class Purpose(StrEnum):
    """Why a message is sent; decides which instances may carry it."""

    DISPATCH = "DISPATCH"
    REPLY = "REPLY"
    WARMUP = "WARMUP"
    SCHEDULE = "SCHEDULE"


class Origin(StrEnum):
    """Who or what created the intent."""

    API = "API"
    CHAT_MANUAL = "CHAT_MANUAL"
    CAMPAIGN = "CAMPAIGN"
    AGENT = "AGENT"
    BOT = "BOT"
    WARMUP = "WARMUP"
    SYSTEM = "SYSTEM"


class Category(StrEnum):
    """The message's category, as the official API names them."""

    MARKETING = "MARKETING"
    UTILITY = "UTILITY"
    SERVICE = "SERVICE"


@dataclass(frozen=True, slots=True)
class Target:
    """A recipient: an E.164 phone (``+5511987654321``), or a group's id (``120363041234567890@g.us``)."""

    kind: TargetKind
    value: str

    @property
    def is_group(self) -> bool:
        """Whether it is a group: many people at once, none of them in particular."""
        return self.kind is TargetKind.GROUP


@dataclass(frozen=True, slots=True)
class Text:
    """A text of 1 to 4,096 characters."""

    text: str
    type: ContentType = field(default=ContentType.TEXT, init=False)


@dataclass(frozen=True, slots=True)
class Location:
    """A place in degrees, and what it is called (may be empty)."""

    latitude: float
    longitude: float
    name: str
    type: ContentType = field(default=ContentType.LOCATION, init=False)


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji on a message: ``reacts_to`` is the id of an intent of ours, or a message's id as WhatsApp knows it."""

    emoji: str
    reacts_to: str
    type: ContentType = field(default=ContentType.REACTION, init=False)


Content = Text | Location | Reaction


class Reason(StrEnum):
    """Why the Gate deferred or blocked: a closed list."""

    SCHEDULED = "SCHEDULED"
    OPS_PAUSED = "OPS_PAUSED"
    LATE_SLOT = "LATE_SLOT"
    BACK_OFF = "BACK_OFF"
    RATE_LIMIT = "RATE_LIMIT"
    PLAN_LIMIT = "PLAN_LIMIT"
    WARMUP_LIMIT = "WARMUP_LIMIT"
    NEW_CONTACT_LIMIT = "NEW_CONTACT_LIMIT"
    RECIPIENT_COOLDOWN = "RECIPIENT_COOLDOWN"
    QUIET_HOURS = "QUIET_HOURS"
    COOLDOWN_ACTIVE = "COOLDOWN_ACTIVE"
    REACHOUT_LOCK = "REACHOUT_LOCK"
    INSTANCE_DISCONNECTED = "INSTANCE_DISCONNECTED"
    INSTANCE_BANNED = "INSTANCE_BANNED"
    NO_ELIGIBLE_INSTANCE = "NO_ELIGIBLE_INSTANCE"
    DUPLICATE_CONTENT = "DUPLICATE_CONTENT"
    OPTED_OUT = "OPTED_OUT"
    NO_CONSENT = "NO_CONSENT"
    RECIPIENT_NOT_ON_WHATSAPP = "RECIPIENT_NOT_ON_WHATSAPP"
    NOT_IN_GROUP = "NOT_IN_GROUP"
    OUTSIDE_SERVICE_WINDOW = "OUTSIDE_SERVICE_WINDOW"
    UNSUPPORTED_MESSAGE_TYPE = "UNSUPPORTED_MESSAGE_TYPE"
    POLICY_BLOCKED = "POLICY_BLOCKED"


# Reasons that end by themselves, or by somebody's hand, while the intent waits.
WAITING = frozenset(
    {
        Reason.SCHEDULED,
        Reason.OPS_PAUSED,
        Reason.LATE_SLOT,
        Reason.BACK_OFF,
        Reason.RATE_LIMIT,
        Reason.PLAN_LIMIT,
        Reason.WARMUP_LIMIT,
        Reason.NEW_CONTACT_LIMIT,
        Reason.RECIPIENT_COOLDOWN,
        Reason.QUIET_HOURS,
        Reason.COOLDOWN_ACTIVE,
        Reason.REACHOUT_LOCK,
        Reason.INSTANCE_DISCONNECTED,
    }
)


def is_id(text: object, prefix: str) -> bool:
    """Whether ``text`` is shaped like one of our ids with this prefix; nothing else can exist."""
    return isinstance(text, str) and text.startswith(f"{prefix}_") and _ID.fullmatch(text) is not None


def is_group_id(text: str) -> bool:
    """Whether ``text`` is shaped like the id of a group on WhatsApp."""
    return _GROUP_ID.fullmatch(text) is not None
