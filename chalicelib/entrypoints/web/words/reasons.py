"""Why an intent waits, was refused or failed, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.outcome import Failing, FailureClass
from chalicelib.domain.values import Reason
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.entrypoints.web.words.times import Times

# The Gate's closed list, then what ends an intent elsewhere: what happened, and what ends it or what to do.
REASONS: Mapping[str, Word] = {
    Reason.SCHEDULED: Word("wait", mark("Scheduled"), mark("Its time has not come yet; it is decided when it comes.")),
    Reason.OPS_PAUSED: Word("wait", mark("Paused"), mark("Somebody paused sending; it leaves after resuming.")),
    Reason.BACK_OFF: Word(
        "wait",
        mark("Waiting to try again"),
        mark("An attempt failed for now. It is tried again when the pause is over."),
    ),
    Reason.LATE_SLOT: Word("wait", mark("Slot missed"), mark("Its slot passed unused, so it is decided anew.")),
    Reason.RATE_LIMIT: Word(
        "wait", mark("Limit reached"), mark("The number has sent what its limits allow; it leaves when there is room.")
    ),
    Reason.PLAN_LIMIT: Word(
        "wait",
        mark("Plan used up"),
        mark(
            "The organization has used what its plan allows; it leaves when there is room, or when the plan is raised."
        ),
    ),
    Reason.WARMUP_LIMIT: Word(
        "wait",
        mark("Warm-up limit"),
        mark(
            "The number warms up and has sent what this day allows; it leaves when there is room. Each day allows more."
        ),
    ),
    Reason.NEW_CONTACT_LIMIT: Word(
        "wait",
        mark("New-contact limit"),
        mark(
            "The number has written to as many new people as it may in 24 hours; it leaves when there is room."
            " People it knows are not affected."
        ),
    ),
    Reason.RECIPIENT_COOLDOWN: Word(
        "wait",
        mark("Just written to"),
        mark("This person was written to a moment ago; it leaves after the pause between two messages to one person."),
    ),
    Reason.QUIET_HOURS: Word(
        "wait", mark("Quiet hours"), mark("These are quiet hours for such a message; it leaves when they end.")
    ),
    Reason.COOLDOWN_ACTIVE: Word("wait", mark("Number resting"), mark("The number rests; it leaves after that.")),
    Reason.REACHOUT_LOCK: Word(
        "wait",
        mark("New chats locked"),
        mark(
            "WhatsApp keeps the number from starting new chats for now; people it knows are still written to."
            " Use no other number in its place: that spreads the lock."
        ),
    ),
    Reason.INSTANCE_DISCONNECTED: Word(
        "wait",
        mark("Number not connected"),
        mark("No number that fits is connected; it leaves when one is back. Connect one if none returns by itself."),
    ),
    Reason.INSTANCE_BANNED: Word(
        "stop",
        mark("Number banned"),
        mark("WhatsApp banned the number it had to leave from. Reinstate the number after an appeal, or use another."),
    ),
    Reason.NO_ELIGIBLE_INSTANCE: Word(
        "stop",
        mark("No number fits"),
        mark(
            "Every number is meant for something else, retired, or not the one that the message insists on."
            " Connect a number that fits or change what one is meant for, then send it again."
        ),
    ),
    Reason.DUPLICATE_CONTENT: Word(
        "stop",
        mark("Said already"),
        mark("This person was told the same a short while ago. If it is meant so, change the words or send it later."),
    ),
    Reason.OPTED_OUT: Word(
        "stop",
        mark("Opted out"),
        mark("This person asked not to be written to. Only they can change that, by opting in again."),
    ),
    Reason.NO_CONSENT: Word(
        "stop",
        mark("No consent"),
        mark("Marketing needs this person's consent, and none is on record. Record it, then send it again."),
    ),
    Reason.RECIPIENT_NOT_ON_WHATSAPP: Word(
        "stop", mark("Not on WhatsApp"), mark("WhatsApp does not know this phone. Check it with the person.")
    ),
    Reason.NOT_IN_GROUP: Word(
        "stop",
        mark("Not in the group"),
        mark("No number that fits is in this group. Let somebody add one, and send it again ten minutes later."),
    ),
    Reason.OUTSIDE_SERVICE_WINDOW: Word(
        "stop",
        mark("Service window closed"),
        mark(
            "This person has not written to the number within 24 hours, and until then the official API takes templates"
            " only. Send it again when the person has written, or from another number."
        ),
    ),
    Reason.UNSUPPORTED_MESSAGE_TYPE: Word(
        "stop",
        mark("Kind not supported"),
        mark("No number that fits carries this kind of message. Send another kind, or connect a number that does."),
    ),
    Reason.POLICY_BLOCKED: Word(
        "stop",
        mark("Against the policy"),
        mark("The policy does not allow such a message. Change the policy, then send it again."),
    ),
    "CANCELLED": Word("plain", mark("Cancelled"), mark("Somebody cancelled it before it left.")),
    "EXPIRED": Word("stop", mark("Expired"), mark("Its time was over before it could leave.")),
    "UNCONFIRMED": Word(
        "stop",
        mark("Never confirmed"),
        mark("WhatsApp never said whether it has the message. Ask the recipient before writing again."),
    ),
    Failing.RETRIES_EXHAUSTED: Word(
        "stop",
        mark("Every attempt failed"),
        mark("The provider failed at every attempt. Let it go through the Gate again once the trouble is over."),
    ),
    Failing.NOT_SENT: Word(
        "stop", mark("Not sent after all"), mark("Somebody found out that WhatsApp does not have it.")
    ),
    FailureClass.TRANSIENT: Word("stop", mark("Kept failing"), mark("The provider failed at every attempt.")),
    FailureClass.THROTTLED: Word(
        "stop", mark("Throttled"), mark("The provider refused every attempt because of too many messages.")
    ),
    FailureClass.AUTH: Word(
        "stop", mark("Not authorized"), mark("The provider no longer accepts the number's access.")
    ),
    FailureClass.INSTANCE_DOWN: Word("stop", mark("Number down"), mark("The number's session was not open.")),
    FailureClass.TOKEN_PROBLEM: Word(
        "stop",
        mark("Known contact refused"),
        mark(
            "WhatsApp refused the message although the number knows this person (error 463): the session has lost its"
            " token for the chat. Open the chat on the phone; if it happens again, connect the number anew."
        ),
    ),
    FailureClass.RECIPIENT_INVALID: Word(
        "stop", mark("Recipient refused"), mark("WhatsApp does not deliver to this recipient.")
    ),
    FailureClass.CONTENT_INVALID: Word(
        "stop", mark("Content refused"), mark("The provider refused the message as it is.")
    ),
}

# What a reason means to a message that waits, where others are refused for it.
DEFERRED: Mapping[str, str] = {
    Reason.DUPLICATE_CONTENT: mark("This person was told the same a short while ago; it leaves when that is over."),
}


def reason_of(times: Times, code: str | None) -> str:
    """The label of a reason; nothing without one, and the code itself of one we do not know."""
    known = REASONS.get(code or "")
    return times.gettext(known.label) if known else code or ""


def explained(times: Times, code: str, *, deferred: bool = False) -> str:
    """A reason's sentence: what happened, what ends it or what to do; nothing for one we do not know.

    Args:
        times: The reader's.
        code: The reason.
        deferred: Whether its message waits, where others are refused for it.
    """
    known = REASONS.get(code)
    meaning = DEFERRED.get(code) if deferred else None
    return times.gettext(meaning or known.meaning) if known else ""
