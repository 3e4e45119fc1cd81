"""The alert banners of a number's health: its risk, its way back from a rest, and whom it cannot reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.cooldown import BY_HEALTH, THROTTLED
from chalicelib.domain.health import RAMP_LASTS, RAMP_START, Measure, Risk
from chalicelib.domain.instance import FINAL
from chalicelib.entrypoints.web.views.banner import Banner
from chalicelib.entrypoints.web.words.health import RISKS, measured
from chalicelib.entrypoints.web.words.word import inline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.application.instances.states import InstanceState
    from chalicelib.domain.cooldown import Cooldown
    from chalicelib.entrypoints.web.words.times import Times

_WHOLE = 100


def health_banners(times: Times, state: InstanceState) -> list[Banner]:
    """The alerts of a number's health, worst first; what a rest says already is not said again."""
    if state.instance.lifecycle in FINAL:
        return []
    resting = state.instance.is_cooling(state.at)
    found = [_token(times, state), _locked(times, state)]
    found += [] if resting else [_risk(times, state), _ramp(times, state)]
    return [banner for banner in found if banner]


def way_back(times: Times, rest: Cooldown) -> Iterator[str]:
    """What comes after a rest, and what to look at before."""
    say = times.gettext
    if rest.reason == BY_HEALTH + Measure.DELIVERED:
        yield say("If nothing at all arrives, make sure that the bridge's events reach us.")
    if rest.reason != THROTTLED:
        said = {"percent": times.number(RAMP_START), "span": times.span(RAMP_LASTS)}
        yield say("Then it comes back slowly: from %(percent)s %% of its limits to all of them in %(span)s.") % said


def _risk(times: Times, state: InstanceState) -> Banner | None:
    one, say = state.instance, times.gettext
    health = one.health(state.at)
    if health.risk is Risk.LOW:
        return None
    word = RISKS[health.risk]
    lines = [measured(times, alert.threshold.measure, alert.value, alert.threshold.limit) for alert in health.alerts]
    lines.append(
        say("It uses %(percent)s %% of its limits until the signs are an hour old; what does not fit waits.")
        % {"percent": times.number(one.capacity(state.at))}
    )
    title = say("%(name)s: %(state)s") % {"name": one.name, "state": inline(say(word.label))}
    return _banner(times, state, word.kind, title, lines)


def _ramp(times: Times, state: InstanceState) -> Banner | None:
    one, say = state.instance, times.gettext
    percent, back = one.ramp(state.at), one.back_since(state.at)
    if percent >= _WHOLE:
        return None
    lines = [
        say("Its rest ended %(ago)s.") % {"ago": times.ago(back)},
        say("It comes back slowly and is at full pace from %(until)s on.") % {"until": times.moment(back + RAMP_LASTS)},
        say("What does not fit waits and is not lost."),
    ]
    said = {"name": one.name, "percent": times.number(percent)}
    return _banner(times, state, "info", say("%(name)s is at %(percent)s %% of its limits") % said, lines)


def _locked(times: Times, state: InstanceState) -> Banner | None:
    one, say = state.instance, times.gettext
    lock = one.reachout.lock
    if lock is None or lock.lifted_at:
        return None
    why = say("WhatsApp refused two new contacts (error 463) and never says for how long: the lock is assumed.")
    lines = [say("Since %(since)s.") % {"since": times.moment(lock.since)}, why]
    if state.at < lock.until:
        title = say("%(name)s: new chats are locked until %(until)s (assumed)")
        lines.append(say("People who are new to it wait; people it knows still get their messages."))
    else:
        title = say("%(name)s: new chats may work again")
        lines.append(say("One message to somebody new finds out; everybody else who is new waits for its answer."))
    lines.append(say("Write to them from no other number in its place: that spreads the lock."))
    return _banner(times, state, "wait", title % {"name": one.name, "until": times.moment(lock.until)}, lines)


def _token(times: Times, state: InstanceState) -> Banner | None:
    one, say, reachout = state.instance, times.gettext, state.instance.reachout
    if not reachout.has_token_problem(state.at):
        return None
    lines = [
        say("Last seen %(ago)s.") % {"ago": times.ago(reachout.token_at)},
        say("WhatsApp refused a message to somebody the number knows (error 463): the session lost its token for it."),
        say("Such a message fails; all others leave as before."),
        say("Open the chat on the phone; if it happens again, connect the number anew."),
    ]
    return _banner(times, state, "stop", say("%(name)s: a known contact was refused") % {"name": one.name}, lines)


def _banner(times: Times, state: InstanceState, kind: str, title: str, lines: list[str]) -> Banner:
    place = f"instances/{state.instance.id}/overview"
    return Banner(kind, title, tuple(lines), place, times.gettext("See what to do"))
