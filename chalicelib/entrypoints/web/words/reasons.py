"""Why an intent waits, was refused or failed, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.outcome import FailureClass
from chalicelib.domain.values import Reason
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.entrypoints.web.words.times import Times

# The Gate's closed list, then what ends an intent elsewhere.
REASONS: Mapping[str, Word] = {
    Reason.SCHEDULED: Word("wait", mark("Scheduled"), mark("Its time has not come yet.")),
    Reason.OPS_PAUSED: Word("wait", mark("Paused"), mark("Somebody paused sending; it leaves after resuming.")),
    Reason.LATE_SLOT: Word("wait", mark("Slot missed"), mark("Its slot passed unused, so it is decided anew.")),
    Reason.RATE_LIMIT: Word(
        "wait", mark("Limit reached"), mark("The number has sent what its limits allow; it leaves when there is room.")
    ),
    Reason.COOLDOWN_ACTIVE: Word("wait", mark("Number resting"), mark("The number rests; it leaves after that.")),
    Reason.INSTANCE_DISCONNECTED: Word(
        "wait", mark("Number not connected"), mark("No number that fits is connected; it leaves when one is back.")
    ),
    Reason.INSTANCE_BANNED: Word(
        "stop",
        mark("Number banned"),
        mark("WhatsApp banned the number it had to leave from. Reinstate the number after an appeal, or use another."),
    ),
    Reason.NO_ELIGIBLE_INSTANCE: Word(
        "stop", mark("No number fits"), mark("No number of the organization is meant for this kind of message.")
    ),
    Reason.OPTED_OUT: Word("stop", mark("Opted out"), mark("This person asked not to be written to.")),
    Reason.RECIPIENT_NOT_ON_WHATSAPP: Word("stop", mark("Not on WhatsApp"), mark("WhatsApp does not know this phone.")),
    "EXPIRED": Word("stop", mark("Expired"), mark("Its time was over before it could leave.")),
    "UNCONFIRMED": Word(
        "stop",
        mark("Never confirmed"),
        mark("WhatsApp never said whether it has the message. Ask the recipient before writing again."),
    ),
    FailureClass.TRANSIENT: Word("stop", mark("Kept failing"), mark("The provider failed at every attempt.")),
    FailureClass.THROTTLED: Word(
        "stop", mark("Throttled"), mark("The provider refused every attempt because of too many messages.")
    ),
    FailureClass.AUTH: Word(
        "stop", mark("Not authorized"), mark("The provider no longer accepts the number's access.")
    ),
    FailureClass.INSTANCE_DOWN: Word("stop", mark("Number down"), mark("The number's session was not open.")),
    FailureClass.REACHOUT_LOCK: Word(
        "stop", mark("New chats locked"), mark("WhatsApp stopped this number from starting new chats for now.")
    ),
    FailureClass.RECIPIENT_INVALID: Word(
        "stop", mark("Recipient refused"), mark("WhatsApp does not deliver to this recipient.")
    ),
    FailureClass.CONTENT_INVALID: Word(
        "stop", mark("Content refused"), mark("The provider refused the message as it is.")
    ),
}


def reason_of(times: Times, code: str | None) -> str:
    """The label of a reason; nothing without one, and the code itself of one we do not know."""
    known = REASONS.get(code or "")
    return times.gettext(known.label) if known else code or ""
