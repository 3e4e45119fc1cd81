"""The alert banners of a number: what happened, since when, until when, what it does, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.connection import Connection
from chalicelib.domain.instance import FINAL, Lifecycle
from chalicelib.domain.lifecycle import Action
from chalicelib.domain.role import Role
from chalicelib.entrypoints.web.views.banner import Banner
from chalicelib.entrypoints.web.views.health import health_banners, way_back
from chalicelib.entrypoints.web.words.causes import why_not_connected
from chalicelib.entrypoints.web.words.instances import ACTIONS, CONNECTIONS, STALE
from chalicelib.entrypoints.web.words.rests import rest_reason
from chalicelib.entrypoints.web.words.word import inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.application.instances.states import InstanceState
    from chalicelib.domain.control import Control
    from chalicelib.domain.pause import Pause
    from chalicelib.entrypoints.web.page import Page

# A number that was never connected misses nothing, and one that never sends again needs nothing.
_SILENT = frozenset({Lifecycle.CREATED, *FINAL})


def banners_of_instance(page: Page, state: InstanceState, names: Mapping[str, str]) -> list[Banner]:
    """The alerts of one number, worst first.

    Args:
        page: Who reads.
        state: The number.
        names: What actors are called (``views.people``).
    """
    found = [_banned(page, state), _connection(page, state), _cooldown(page, state), _paused(page, state, names)]
    return [banner for banner in found if banner] + health_banners(page.times, state)


def _banned(page: Page, state: InstanceState) -> Banner | None:
    one, say = state.instance, page.gettext
    if one.lifecycle is not Lifecycle.BANNED:
        return None
    lines = (
        say("Since %(since)s.") % {"since": page.times.moment(one.connection_at)},
        say("Nothing leaves from this number; messages that insist on it are blocked."),
        say("Appeal in the app. After that an administrator can reinstate it; it is paired and warmed up anew."),
    )
    title = say("WhatsApp banned %(name)s") % {"name": one.name}
    return Banner("stop", title, lines, f"instances/{one.id}/overview", say("See what to do"))


def _connection(page: Page, state: InstanceState) -> Banner | None:
    one, say = state.instance, page.gettext
    stale = one.is_stale(state.at)
    if one.lifecycle in _SILENT or (one.connection is Connection.CONNECTED and not stale):
        return None
    word = (STALE if stale else CONNECTIONS[one.connection]).told(say)
    since = say("Last confirmed %(ago)s.") if stale else say("Since %(since)s.")
    lines = [since % {"ago": page.times.ago(one.seen_at), "since": page.times.moment(one.connection_at)}]
    lines.append(why_not_connected(page.times, one) or word.meaning)
    lines.append(say("What is addressed to this number waits and is not lost."))
    title = say("%(name)s: %(state)s") % {"name": one.name, "state": inline(word.label)}
    possible = state.actions if page.may(Role.OPERATOR) else ()
    action = next((act for act in possible if act in {Action.CONNECT, Action.RECONNECT}), None)
    place = f"instances/{one.id}/connect" if action else f"instances/{one.id}/overview"
    return Banner(word.kind, title, tuple(lines), place, say(ACTIONS[action]) if action else say("See why"))


def _cooldown(page: Page, state: InstanceState) -> Banner | None:
    one, say = state.instance, page.gettext
    rest = one.cooldown
    if rest is None or not one.is_cooling(state.at) or one.lifecycle in FINAL:
        return None
    lines = (
        rest_reason(page.times, rest.reason),
        say("Since %(since)s.") % {"since": page.times.moment(rest.since)},
        say("What is addressed to this number waits and leaves after the rest; nothing is lost."),
        *way_back(page.times, rest),
    )
    title = say("%(name)s rests until %(until)s") % {"name": one.name, "until": page.times.moment(rest.until)}
    return Banner("wait", title, lines, f"instances/{one.id}/overview", say("See what to do"))


def _paused(page: Page, state: InstanceState, names: Mapping[str, str]) -> Banner | None:
    one, say = state.instance, page.gettext
    if one.paused is None or not one.is_paused(state.at) or one.lifecycle in FINAL:
        return None
    lines = tuple(pause_lines(page, one.paused, state.control, names))
    title = say("%(name)s is paused") % {"name": one.name}
    return Banner("wait", title, lines, f"instances/{one.id}/overview", say("See what to do"))


def pause_lines(page: Page, pause: Pause, control: Control, names: Mapping[str, str]) -> Iterator[str]:
    """A pause in sentences: who and why, until when, what was still under way.

    Args:
        page: Who reads.
        pause: The pause.
        control: How far it has come.
        names: What actors are called (``views.people``).
    """
    say, times = page.gettext, page.times
    by, until = names.get(pause.by, pause.by), pause.until
    yield say("By %(by)s, %(ago)s: %(reason)s") % {"by": by, "ago": times.ago(pause.at), "reason": pause.reason}
    if until is None:
        yield say("Until somebody resumes it. What waits is not lost.")
    else:
        yield say("Until %(until)s, or until somebody resumes it. What waits is not lost.") % {
            "until": times.moment(until)
        }
    if control.in_flight:
        under_way = page.ngettext(
            "%(count)s message was under way.", "%(count)s messages were under way.", control.in_flight
        )
        yield under_way % {"count": control.in_flight}
