"""What the Gate compared, in words: why a number could not take a message, or with which figures it could."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.instance import Lifecycle
from chalicelib.domain.values import Reason
from chalicelib.entrypoints.web.words.figures import FULL, LINE, figures
from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.intent import Intent
    from chalicelib.entrypoints.web.words.figures import Numbers
    from chalicelib.entrypoints.web.words.times import Times

FREE = "OK"
# What each rule of a trace says of its subject, be it one or many.
RULES: Mapping[str, str] = {
    FREE: mark("free"),
    Reason.SCHEDULED: mark("its time has not come"),
    Reason.OPS_PAUSED: mark("paused"),
    Reason.LATE_SLOT: mark("its slot was missed"),
    Reason.BACK_OFF: mark("an attempt failed for now"),
    Reason.RATE_LIMIT: mark("limit reached"),
    Reason.PLAN_LIMIT: mark("the plan is used up"),
    Reason.WARMUP_LIMIT: mark("warm-up limit reached"),
    Reason.NEW_CONTACT_LIMIT: mark("new-contact limit reached"),
    Reason.RECIPIENT_COOLDOWN: mark("the person was just written to"),
    Reason.QUIET_HOURS: mark("quiet hours"),
    Reason.COOLDOWN_ACTIVE: mark("resting"),
    Reason.REACHOUT_LOCK: mark("new chats are locked"),
    Reason.INSTANCE_DISCONNECTED: mark("not connected"),
    Reason.INSTANCE_BANNED: mark("banned by WhatsApp"),
    Reason.NO_ELIGIBLE_INSTANCE: mark("meant for something else"),
    Reason.DUPLICATE_CONTENT: mark("the person was told the same"),
    Reason.OPTED_OUT: mark("asked not to be written to"),
    Reason.NO_CONSENT: mark("no consent on record"),
    Reason.RECIPIENT_NOT_ON_WHATSAPP: mark("not on WhatsApp"),
    Reason.NOT_IN_GROUP: mark("not in the group"),
    Reason.OUTSIDE_SERVICE_WINDOW: mark("the service window is closed"),
    Reason.UNSUPPORTED_MESSAGE_TYPE: mark("does not carry this kind of message"),
    Reason.POLICY_BLOCKED: mark("not allowed by the policy"),
    "CANCELLED": mark("cancelled"),
    "EXPIRED": mark("its time is over"),
}
_ANOTHER = mark("the message must leave from another number")
_RETIRED = mark("retired")
_NONE = mark("no number yet")

_SUBJECTS: Mapping[str, str] = {
    "int": mark("This message"),
    "org": mark("The organization"),
    "con": mark("The recipient"),
    "cmp": mark("The campaign"),
}
# What a line without a subject is about, by how many numbers that are.
_TOGETHER: Mapping[int | str, str] = {0: _SUBJECTS["org"], 1: mark("1 other number")}
_OTHERS = mark("%(count)s other numbers")


def subject_name(times: Times, subject: str, numbers: Numbers, names: Mapping[str, str]) -> str:
    """Whom a line is about; without a subject it is about several numbers together.

    Args:
        times: The reader's.
        subject: An id, or nothing.
        numbers: The line's figures.
        names: What instances are called, by id.
    """
    if not subject:
        return others(times, numbers)
    kind = subject.partition("_")[0]
    return times.gettext(_SUBJECTS[kind]) if kind in _SUBJECTS else names.get(subject, subject)


def others(times: Times, numbers: Numbers) -> str:
    """The numbers that a line without a subject is about: "7 other numbers"; the organization where it has none."""
    count = numbers.get("instances", 0)
    return times.gettext(_TOGETHER.get(count, _OTHERS)) % {"count": count}


def insists_on_another(intent: Intent, subject: str) -> bool:
    """Whether a message may leave from one number only, and the line is about another."""
    pinned = intent.request.instance_id
    return pinned is not None and subject != pinned and subject.startswith("ins_")


def compared(times: Times, rule: str, numbers: Numbers, *, another: bool = False) -> str:
    """One line of a trace in words: what stopped its subject, and every figure that was looked at.

    Args:
        times: The reader's.
        rule: The reason's code, or ``OK``.
        numbers: Names and values compared.
        another: Whether the message insists on another number than the line's.
    """
    told = list(figures(times, rule, numbers))
    if rule == FREE and told:
        return " · ".join(told)
    return " · ".join([times.gettext(_rule(rule, numbers, another=another)), *told])


def _rule(rule: str, numbers: Numbers, *, another: bool) -> str:
    window = numbers.get("window", "")
    if rule == Reason.RATE_LIMIT or window == LINE:
        return FULL.get(window, RULES.get(rule, rule))
    if rule == Reason.NO_ELIGIBLE_INSTANCE:
        if numbers.get("lifecycle") == Lifecycle.RETIRED:
            return _RETIRED
        if numbers.get("instances") == 0:
            return _NONE
        if another or "pinned" in numbers:
            return _ANOTHER
    return RULES.get(rule, rule)
