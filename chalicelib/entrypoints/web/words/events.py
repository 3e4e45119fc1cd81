"""What happened to a message, event by event, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.outcome import FailureClass
from chalicelib.domain.parking import Line
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import SECOND, Reason
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.reasons import REASONS, explained
from chalicelib.entrypoints.web.words.traces import FREE, compared
from chalicelib.entrypoints.web.words.word import Word, inline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.domain.timeline import Event
    from chalicelib.entrypoints.web.words.times import Times


@dataclass(frozen=True, slots=True)
class Step:
    """An event in its place.

    Attributes:
        event: What happened.
        attempt: Number of the attempt that runs, or of the last one.
        ended: How the attempt that begins here ended; ``None`` while it runs, and elsewhere.
        lasted: How long the provider had for it, ms.
    """

    event: Event
    attempt: int = 0
    ended: EventType | None = None
    lasted: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words: the kind of its dot, a title, sentences."""

    kind: str
    title: str
    lines: tuple[str, ...] = ()


# Why an attempt came to nothing: the failure's class, or what our own rules call it.
_NO_TIME = "OUT_OF_TIME"
ATTEMPTS: Mapping[str, str] = {
    FailureClass.TRANSIENT: mark("temporary error"),
    FailureClass.THROTTLED: mark("too many messages at once"),
    FailureClass.AUTH: mark("the provider refuses the number's access"),
    FailureClass.INSTANCE_DOWN: mark("the number's session was not open"),
    FailureClass.REACHOUT_LOCK: mark("new chats are locked"),
    FailureClass.TOKEN_PROBLEM: mark("a contact the number knows was refused"),
    FailureClass.RECIPIENT_INVALID: mark("the recipient was refused"),
    FailureClass.NOT_IN_GROUP: mark("the number is not in the group"),
    FailureClass.CONTENT_INVALID: mark("the content was refused"),
    _NO_TIME: mark("no time was left for it in this run"),
}
_ENDS: Mapping[EventType | None, str] = {
    EventType.SENT: mark("Accepted after %(span)s."),
    EventType.ATTEMPT_FAILED: mark("The attempt failed after %(span)s."),
    EventType.FAILED: mark("It failed after %(span)s."),
    EventType.UNCONFIRMED: mark("No answer within %(span)s."),
    None: mark("It is running."),
}
# The lines in which messages wait for a slot.
LINES: Mapping[str, str] = {
    Line.REPLIES: mark("replies"),
    Line.DISPATCH: mark("dispatches"),
    Line.WARMUP: mark("warm-up"),
    Line.CAMPAIGN: mark("campaigns"),
    Line.NEW_CONTACTS: mark("new contacts"),
    Line.WARMUP_NEW: mark("warm-up of new contacts"),
}
# In a line or not, for one number or for any.
_WAITS: Mapping[tuple[bool, bool], str] = {
    (True, True): mark("It waits in line (%(line)s) for a free slot on %(number)s."),
    (True, False): mark("It waits in line (%(line)s) for a free slot of any number."),
    (False, True): mark("It is decided again when %(number)s can send."),
    (False, False): mark("It is decided again when a number can send."),
}
# Details in our own words; all others are the provider's.
_OURS: Mapping[str, str] = {"the worker vanished": mark("What sent it vanished before it could tell how it ended.")}


def told(times: Times, step: Step, numbers: Mapping[str, str]) -> Told:
    """An event in words.

    Args:
        times: The reader's.
        step: The event in its place.
        numbers: What instances are called, by id.
    """
    return _TELLERS[step.event.type](times, step, numbers)


def _accepted(times: Times, _step: Step, _numbers: Mapping[str, str]) -> Told:
    return Told("plain", times.gettext("Accepted"))


def _queued(times: Times, step: Step, numbers: Mapping[str, str]) -> Told:
    say, data = times.gettext, step.event.data
    reason, until, parked_on = _reason(data), data.get("until"), data.get("parked_on")
    said = {"reason": inline(say(reason.label)), "until": times.moment(until) if until else ""}
    meaning = explained(times, str(data.get("reason", "")), deferred=True)
    lines = _sentences(meaning, _parked(times, data, numbers))
    if step.event.actor != "gate":
        return Told("wait", say("Back to the Gate — %(reason)s") % said, lines)
    title = say("Waiting until %(until)s — %(reason)s") if until and not parked_on else say("Waiting — %(reason)s")
    return Told("wait", title % said, lines)


def _parked(times: Times, data: Mapping[str, Any], numbers: Mapping[str, str]) -> str:
    """Where it waits, unless its reason says that already."""
    place = str(data.get("parked_on") or "")
    subject, _, line = place.partition("/")
    if not place or (data.get("reason") == Reason.OPS_PAUSED and not line):
        return ""
    one = subject.startswith("ins_")
    said = {"number": numbers.get(subject, subject), "line": times.gettext(LINES[line]) if line in LINES else line}
    return times.gettext(_WAITS[bool(line), one]) % said


def _approved(times: Times, step: Step, numbers: Mapping[str, str]) -> Told:
    say, data = times.gettext, step.event.data
    winner, slot = data["instance_id"], data["not_before"]
    soon = slot < step.event.at + SECOND
    title = say("Approved: leaves from %(number)s now") if soon else say("Approved: leaves from %(number)s at %(slot)s")
    found: Mapping[str, int | str] = next((line[2] for line in data.get("trace", []) if line[0] == winner), {})
    figures = compared(times, FREE, {name: found[name] for name in found if name != "slot"}) if found else ""
    said = {"number": numbers.get(winner, winner), "slot": times.moment(slot)}
    return Told("go", title % said, _sentences(figures))


def _claimed(times: Times, step: Step, _numbers: Mapping[str, str]) -> Told:
    say = times.gettext
    title = say("Attempt %(number)s") % {"number": step.attempt}
    return Told("info", title, (say(_ENDS[step.ended]) % {"span": times.span(step.lasted)},))


def _attempt_failed(times: Times, step: Step, _numbers: Mapping[str, str]) -> Told:
    say, data = times.gettext, step.event.data
    counted = data.get("counted", True)
    title = say("Attempt %(number)s failed — %(why)s") if counted else say("Attempt given back — %(why)s")
    retry_at = data.get("retry_at")
    again = say("The next attempt is at %(at)s.") % {"at": times.moment(retry_at)} if retry_at else ""
    uncounted = "" if counted else say("It does not count as an attempt.")
    said = {"number": step.attempt, "why": failure(times, str(data.get("code", "")))}
    return Told("stop" if counted else "wait", title % said, _sentences(_detail(times, data), uncounted, again))


def failure(times: Times, code: str) -> str:
    """Why an attempt came to nothing, within a line; the code itself of one we do not know."""
    if code in ATTEMPTS:
        return times.gettext(ATTEMPTS[code])
    return inline(times.gettext(REASONS[code].label)) if code in REASONS else code


def _sent(times: Times, step: Step, _numbers: Mapping[str, str]) -> Told:
    say, name = times.gettext, step.event.data.get("provider_id")
    proof = say("Something WhatsApp reported proves it.") if step.event.actor == "provider" else ""
    told_so = say("Somebody knows it; WhatsApp has not said so.") if "why" in step.event.data else ""
    there = say("Its id there: %(id)s") % {"id": name} if name else ""
    return Told("go", say("Sent"), _sentences(proof, told_so, _why(times, step.event.data), there))


def _unconfirmed(times: Times, step: Step, _numbers: Mapping[str, str]) -> Told:
    say, data = times.gettext, step.event.data
    look_at = data.get("look_at")
    again = say("It is looked at again at %(at)s.") % {"at": times.moment(look_at)} if look_at else ""
    return Told("doubt", say("Nobody knows yet whether it was sent"), _sentences(_detail(times, data), again))


def _rescheduled(times: Times, step: Step, _numbers: Mapping[str, str]) -> Told:
    when = times.gettext("It is due at %(at)s.") % {"at": times.moment(step.event.data["look_at"])}
    if "reason" in step.event.data:
        return Told("wait", times.gettext("Its slot passed unused: another one"), _sentences(when))
    return Told("doubt", times.gettext("To be repeated under the same message id"), _sentences(when))


def _received(title: str) -> Callable[[Times, Step, Mapping[str, str]], Told]:
    def tell(times: Times, step: Step, _numbers: Mapping[str, str]) -> Told:
        at = step.event.data.get("provider_at", step.event.at)
        late = abs(step.event.at - at) >= SECOND
        clock = times.gettext("By WhatsApp's clock: %(at)s.") % {"at": times.moment(at)} if late else ""
        return Told("go", times.gettext(title), _sentences(clock))

    return tell


def _ended(kind: str, title: str, advice: str = "") -> Callable[[Times, Step, Mapping[str, str]], Told]:
    def tell(times: Times, step: Step, _numbers: Mapping[str, str]) -> Told:
        say, reason = times.gettext, _reason(step.event.data)
        data = step.event.data
        meaning = explained(times, str(data.get("reason", "")))
        said = say(title) % {"reason": inline(say(reason.label))}
        last = say("The last attempt: %(why)s.") % {"why": failure(times, data["code"])} if "code" in data else ""
        lines = _sentences(meaning, say(advice) if advice else "", last, _detail(times, data), _why(times, data))
        return Told(kind, said, lines)

    return tell


def _retried(times: Times, step: Step, _numbers: Mapping[str, str]) -> Told:
    say = times.gettext
    anew = say("The Gate decides it once more; if it may leave, it leaves as a new message.")
    return Told("plain", say("Retried"), _sentences(anew, _why(times, step.event.data)))


def _resend_authorised(times: Times, step: Step, _numbers: Mapping[str, str]) -> Told:
    say, data = times.gettext, step.event.data
    whose = _why(times, data) if "why" in data else say("The policy says so.")
    risk = say("It goes through the Gate as a new message; the person may get it twice.")
    return Told("doubt", say("To be sent once more"), _sentences(risk, whose))


_TELLERS: Mapping[EventType, Callable[[Times, Step, Mapping[str, str]], Told]] = {
    EventType.ACCEPTED: _accepted,
    EventType.QUEUED: _queued,
    EventType.APPROVED: _approved,
    EventType.BLOCKED: _ended("stop", mark("Blocked — %(reason)s"), mark("Waiting does not help.")),
    EventType.DROPPED: _ended("plain", mark("Dropped — %(reason)s")),
    EventType.CLAIMED: _claimed,
    EventType.ATTEMPT_FAILED: _attempt_failed,
    EventType.SENT: _sent,
    EventType.UNCONFIRMED: _unconfirmed,
    EventType.RESCHEDULED: _rescheduled,
    EventType.DELIVERED: _received(mark("Delivered")),
    EventType.READ: _received(mark("Read")),
    EventType.FAILED: _ended("stop", mark("Failed — %(reason)s")),
    EventType.RETRIED: _retried,
    EventType.RESEND_AUTHORISED: _resend_authorised,
}


def _reason(data: Mapping[str, Any]) -> Word:
    code = str(data.get("reason", ""))
    return REASONS.get(code, Word("wait", code))


def _detail(times: Times, data: Mapping[str, Any]) -> str:
    detail = str(data.get("detail", ""))
    if detail in _OURS:
        return times.gettext(_OURS[detail])
    return times.gettext("The provider says: “%(detail)s”.") % {"detail": detail} if detail else ""


def _why(times: Times, data: Mapping[str, Any]) -> str:
    """What the person who did it gave as a reason, in their words."""
    why = str(data.get("why", "")).rstrip(".")
    return times.gettext("Reason: %(reason)s.") % {"reason": why} if why else ""


def _sentences(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
