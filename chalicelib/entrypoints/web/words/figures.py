"""The figures of a trace in words: what each of them is, as far as we know it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.domain.connection import Connection
from chalicelib.domain.instance import InstancePurpose, Lifecycle
from chalicelib.domain.preference import OptOut
from chalicelib.domain.values import ContentType, Reason, TargetKind
from chalicelib.entrypoints.web.words.instances import CONNECTIONS, LIFECYCLES, PURPOSES, STALE
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.rests import rest_reason
from chalicelib.entrypoints.web.words.word import inline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from chalicelib.entrypoints.web.words.times import Times

    Figure = int | str
    Numbers = Mapping[str, Figure]
    # A figure of a line with its rule and all its figures: its words, "" where others say it, None without words.
    Teller = Callable[[Times, str, Numbers, Figure], str | None]

_OF = re.compile(r"[0-9]{1,9}/[0-9]{1,9}")
_HOURS = re.compile(r"[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}")
# Stands where a window does when it is not room that is missing, but a turn.
LINE = "line"
# What the rule says already, so that its figures need not.
_IMPLIED = frozenset({Connection.CONNECTED, Connection.DISCONNECTED, *Lifecycle})

_OPT_OUTS: Mapping[str, str] = {OptOut.ALL: mark("no messages at all"), OptOut.MARKETING: mark("no marketing")}
_SCOPES: Mapping[str, str] = {"number": mark("for every new contact"), "contact": mark("for this person")}
_SETTINGS: Mapping[str, str] = {"allow_groups": mark("groups are switched off")}
_TARGETS: Mapping[str, str] = {TargetKind.GROUP: mark("to a group")}
CONTENT_TYPES: Mapping[str, str] = {
    ContentType.TEXT: mark("text"),
    ContentType.LOCATION: mark("location"),
    ContentType.REACTION: mark("reaction"),
}


def figures(times: Times, rule: str, numbers: Numbers) -> Iterator[str]:
    """Every figure of a line, when there is room first; what we have no words for is told as it is."""
    for name in sorted(numbers, key=lambda name: (name != "slot", list(numbers).index(name))):
        value = numbers[name]
        said = TELLERS[name](times, rule, numbers, value) if name in TELLERS else None
        if said is None:
            said = f"{name}: {value}"
        if said:
            yield said


def _instant(message: str, never: str = "") -> Teller:
    """An instant (ms); ``never`` is what 0 means."""

    def tell(times: Times, _rule: str, _numbers: Numbers, value: Figure) -> str | None:
        if not isinstance(value, int):
            return None
        if never and not value:
            return times.gettext(never)
        return times.gettext(message) % {"at": times.moment(value)}

    return tell


def _span(message: str) -> Teller:
    """A duration (ms)."""

    def tell(times: Times, _rule: str, _numbers: Numbers, value: Figure) -> str | None:
        return times.gettext(message) % {"span": times.span(value)} if isinstance(value, int) else None

    return tell


def _count(message: str) -> Teller:
    """A whole number."""

    def tell(times: Times, _rule: str, _numbers: Numbers, value: Figure) -> str | None:
        return times.gettext(message) % {"count": times.number(value)} if isinstance(value, int) else None

    return tell


def _of(message: str) -> Teller:
    """So many of so many: ``12/12``."""

    def tell(times: Times, _rule: str, _numbers: Numbers, value: Figure) -> str | None:
        if not _OF.fullmatch(str(value)):
            return None
        used, limit = (times.number(int(part)) for part in str(value).split("/"))
        return times.gettext(message) % {"used": used, "limit": limit}

    return tell


def _one_of(words: Mapping[str, str]) -> Teller:
    """A code."""

    def tell(times: Times, _rule: str, _numbers: Numbers, value: Figure) -> str | None:
        return times.gettext(words[str(value)]) if str(value) in words else None

    return tell


def _connection(times: Times, rule: str, _numbers: Numbers, value: Figure) -> str | None:
    """How the session stood, where the rule does not say it: "connected" that stops a number was too old."""
    if rule == Reason.INSTANCE_DISCONNECTED and value == Connection.CONNECTED:
        return inline(times.gettext(STALE.label))
    if value in _IMPLIED:
        return ""
    return inline(times.gettext(CONNECTIONS[Connection(value)].label)) if value in set(Connection) else None


def _lifecycle(times: Times, _rule: str, _numbers: Numbers, value: Figure) -> str | None:
    if value == Lifecycle.CREATED:
        return inline(times.gettext(LIFECYCLES[Lifecycle.CREATED].label))
    return "" if value in _IMPLIED else None


def _purpose(times: Times, _rule: str, numbers: Numbers, value: Figure) -> str | None:
    if numbers.get("lifecycle") == Lifecycle.RETIRED:
        return ""
    return inline(times.gettext(PURPOSES[InstancePurpose(value)].label)) if value in set(InstancePurpose) else None


def _quiet(times: Times, _rule: str, numbers: Numbers, value: Figure) -> str | None:
    if not _HOURS.fullmatch(str(value)):
        return None
    start, end = str(value).split("-")
    said = times.gettext("from %(start)s to %(end)s") % {"start": start, "end": end}
    return f"{said} ({numbers['zone']})" if "zone" in numbers else said


def _zone(_times: Times, _rule: str, numbers: Numbers, _value: Figure) -> str | None:
    return "" if _HOURS.fullmatch(str(numbers.get("quiet"))) else None


def _window(times: Times, rule: str, numbers: Numbers, value: Figure) -> str | None:
    """Which window was full, as the rule's own words tell, or how long the same is not said again."""
    if value in FULL:
        return ""
    return _span(mark("nothing twice within %(span)s"))(times, rule, numbers, value)


def _slot(times: Times, rule: str, numbers: Numbers, value: Figure) -> str | None:
    """When it can leave: not said of the room that others who wait will take first."""
    if numbers.get("window") == LINE:
        return ""
    return _instant(mark("room at %(at)s"))(times, rule, numbers, value)


def _said_elsewhere(_times: Times, _rule: str, _numbers: Numbers, _value: Figure) -> str | None:
    return ""


def _cause(times: Times, _rule: str, _numbers: Numbers, value: Figure) -> str | None:
    return inline(rest_reason(times, str(value)).rstrip("."))


# Which window left no room.
FULL: Mapping[Figure, str] = {
    "minute": mark("the minute is full"),
    "hour": mark("the hour is full"),
    "day": mark("the day is full"),
    "new": mark("no more new contacts for now"),
    "plan": mark("the plan is used up"),
    "pace": mark("its pace leaves no room sooner"),
    LINE: mark("others wait before it"),
}

TELLERS: Mapping[str, Teller] = {
    "slot": _slot,
    "send_at": _instant(mark("not before %(at)s")),
    "expires_at": _instant(mark("expired %(at)s")),
    "since": _instant(mark("since %(at)s")),
    "until": _instant(mark("until %(at)s")),
    "checked_at": _instant(mark("WhatsApp was asked at %(at)s")),
    "seen_at": _instant(mark("last confirmed at %(at)s"), mark("never confirmed")),
    "last_message": _instant(mark("last message: %(at)s")),
    "last_inbound": _instant(mark("the person last wrote: %(at)s"), mark("the person never wrote to it")),
    "spacing": _span(mark("at least %(span)s between two messages to one person")),
    "minute": _of(mark("%(used)s of %(limit)s in the last minute")),
    "hour": _of(mark("%(used)s of %(limit)s in the last hour")),
    "day": _of(mark("%(used)s of %(limit)s in the last 24 h")),
    "new": _of(mark("%(used)s of %(limit)s new contacts in the last 24 h")),
    "plan": _of(mark("%(used)s of %(limit)s of the plan")),
    "warmup_day": _of(mark("day %(used)s of %(limit)s of the warm-up")),
    "capacity": _count(mark("slowed down to %(count)s %%")),
    "others": _count(mark("likewise %(count)s more")),
    "instances": _said_elsewhere,
    "pinned": _said_elsewhere,
    "connection": _connection,
    "lifecycle": _lifecycle,
    "purpose": _purpose,
    "quiet": _quiet,
    "zone": _zone,
    "window": _window,
    "cause": _cause,
    "opt_out": _one_of(_OPT_OUTS),
    "scope": _one_of(_SCOPES),
    "setting": _one_of(_SETTINGS),
    "content_type": _one_of(CONTENT_TYPES),
    "target": _one_of(_TARGETS),
}
