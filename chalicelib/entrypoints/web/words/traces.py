"""What the Gate compared, in words: why a number could not take a message, or with which figures it could."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.domain.connection import Connection
from chalicelib.domain.instance import Lifecycle
from chalicelib.domain.preference import OptOut
from chalicelib.domain.values import Reason
from chalicelib.entrypoints.web.words.instances import CONNECTIONS, LIFECYCLES, STALE
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import inline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from chalicelib.entrypoints.web.words.times import Times

    Numbers = Mapping[str, int | str]

FREE = "OK"
# What each rule of a trace says of its subject.
RULES: Mapping[str, str] = {
    FREE: mark("free"),
    Reason.SCHEDULED: mark("its time has not come"),
    Reason.OPS_PAUSED: mark("paused"),
    Reason.LATE_SLOT: mark("its slot was missed"),
    Reason.RATE_LIMIT: mark("at its limit"),
    Reason.COOLDOWN_ACTIVE: mark("resting"),
    Reason.INSTANCE_DISCONNECTED: mark("not connected"),
    Reason.INSTANCE_BANNED: mark("banned by WhatsApp"),
    Reason.NO_ELIGIBLE_INSTANCE: mark("meant for something else"),
    Reason.OPTED_OUT: mark("asked not to be written to"),
    Reason.RECIPIENT_NOT_ON_WHATSAPP: mark("not on WhatsApp"),
    "EXPIRED": mark("its time is over"),
}
_ANOTHER = mark("the message insists on another number")
_RETIRED = mark("retired")

_OF = re.compile(r"[0-9]{1,9}/[0-9]{1,9}")
_WINDOWS: Mapping[str, str] = {
    "minute": mark("%(used)s of %(limit)s in the minute"),
    "hour": mark("%(used)s of %(limit)s in the hour"),
    "day": mark("%(used)s of %(limit)s in the day"),
}
_INSTANTS: Mapping[str, str] = {
    "slot": mark("room at %(at)s"),
    "send_at": mark("not before %(at)s"),
    "expires_at": mark("expired %(at)s"),
    "since": mark("since %(at)s"),
    "checked_at": mark("WhatsApp was asked at %(at)s"),
}
_OPT_OUTS: Mapping[str, str] = {OptOut.ALL: mark("no messages at all"), OptOut.MARKETING: mark("no marketing")}

# What the rule says already, so that its facts need not.
_IMPLIED = frozenset({Connection.CONNECTED, Connection.DISCONNECTED, *Lifecycle})


def compared(times: Times, rule: str, numbers: Numbers, *, insists_on_another: bool = False) -> str:
    """One line of a trace in words: what stopped its subject, and every figure that was looked at.

    Args:
        times: The reader's.
        rule: The reason's code, or ``OK``.
        numbers: Names and values compared.
        insists_on_another: Whether the message may leave from one number only, and that is not this one.
    """
    figures_say_it = rule == FREE and numbers
    said = [] if figures_say_it else [times.gettext(_rule(rule, numbers, insists_on_another=insists_on_another))]
    return " · ".join([*said, *_facts(times, rule, numbers)])


def _rule(rule: str, numbers: Numbers, *, insists_on_another: bool) -> str:
    if rule == Reason.NO_ELIGIBLE_INSTANCE:
        if numbers.get("lifecycle") == Lifecycle.RETIRED:
            return _RETIRED
        if insists_on_another:
            return _ANOTHER
    return RULES.get(rule, rule)


def _facts(times: Times, rule: str, numbers: Numbers) -> Iterator[str]:
    """The figures, first when there is room, then how full it is; what we have no words for is told as it is."""
    for name in sorted(numbers, key=lambda name: (name != "slot", list(numbers).index(name))):
        value = numbers[name]
        if name in _TOLD:
            yield from _TOLD[name](times, rule, value)
        elif name in _INSTANTS and isinstance(value, int):
            yield times.gettext(_INSTANTS[name]) % {"at": times.moment(value)}
        elif name in _WINDOWS and _OF.fullmatch(str(value)):
            used, limit = (times.number(int(part)) for part in str(value).split("/"))
            yield times.gettext(_WINDOWS[name]) % {"used": used, "limit": limit}
        else:
            yield f"{name}: {value}"


def _connection(times: Times, rule: str, value: int | str) -> Iterator[str]:
    """How the session stood, where the rule does not say it: "connected" that stops a number was too old."""
    if rule == Reason.INSTANCE_DISCONNECTED and value == Connection.CONNECTED:
        yield inline(times.gettext(STALE.label))
    elif value not in _IMPLIED:
        known = CONNECTIONS.get(Connection(value)) if value in set(Connection) else None
        yield inline(times.gettext(known.label)) if known else f"connection: {value}"


def _lifecycle(times: Times, rule: str, value: int | str) -> Iterator[str]:
    del rule
    if value == Lifecycle.CREATED:
        yield inline(times.gettext(LIFECYCLES[Lifecycle.CREATED].label))
    elif value not in _IMPLIED:
        yield f"lifecycle: {value}"


def _opt_out(times: Times, rule: str, value: int | str) -> Iterator[str]:
    del rule
    yield times.gettext(_OPT_OUTS[str(value)]) if str(value) in _OPT_OUTS else f"opt_out: {value}"


_TOLD: Mapping[str, Callable[[Times, str, int | str], Iterator[str]]] = {
    "connection": _connection,
    "lifecycle": _lifecycle,
    "opt_out": _opt_out,
}
