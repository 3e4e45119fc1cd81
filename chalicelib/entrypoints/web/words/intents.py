"""Where a message is on its way, and what it is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.values import Category, Origin, Purpose
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.intent import Intent

STATUSES: Mapping[Status, Word] = {
    Status.PENDING: Word("plain", mark("Undecided"), mark("Accepted; the Gate has not decided yet.")),
    Status.QUEUED: Word("wait", mark("Waiting"), mark("The Gate said: not yet.")),
    Status.APPROVED: Word("info", mark("Approved"), mark("Its number and its slot are reserved; it is on its way.")),
    Status.SENDING: Word("info", mark("Sending"), mark("An attempt is running.")),
    Status.UNCONFIRMED: Word(
        "doubt",
        mark("Unconfirmed"),
        mark("WhatsApp may or may not have it. Its policy says what becomes of it."),
    ),
    Status.SENT: Word("go", mark("Sent"), mark("WhatsApp accepted it.")),
    Status.BLOCKED: Word("stop", mark("Blocked"), mark("The Gate refused it for good.")),
    Status.FAILED: Word("stop", mark("Failed"), mark("It could not be sent.")),
    Status.DROPPED: Word("plain", mark("Dropped"), mark("It was cancelled or its time was over before it left.")),
}

DELIVERIES: Mapping[Delivery, Word] = {
    Delivery.ACCEPTED: STATUSES[Status.SENT],
    Delivery.DELIVERED: Word("go", mark("Delivered"), mark("It arrived on the recipient's phone.")),
    Delivery.READ: Word("go", mark("Read"), mark("The recipient has read it.")),
}

PURPOSES: Mapping[Purpose, str] = {
    Purpose.DISPATCH: mark("Dispatch"),
    Purpose.REPLY: mark("Reply"),
    Purpose.WARMUP: mark("Warm-up"),
    Purpose.SCHEDULE: mark("Schedule"),
}

ORIGINS: Mapping[Origin, str] = {
    Origin.API: mark("API"),
    Origin.CHAT_MANUAL: mark("written by hand"),
    Origin.CAMPAIGN: mark("campaign"),
    Origin.AGENT: mark("agent"),
    Origin.BOT: mark("bot"),
    Origin.WARMUP: mark("warm-up"),
    Origin.SYSTEM: mark("system"),
}

CATEGORIES: Mapping[Category, str] = {
    Category.MARKETING: mark("marketing"),
    Category.UTILITY: mark("utility"),
    Category.SERVICE: mark("service"),
}


def standing(intent: Intent) -> Word:
    """Where it is: how far it came once it was sent, its status before."""
    if intent.status is Status.SENT and intent.delivery:
        return DELIVERIES[intent.delivery]
    return STATUSES[intent.status]
