"""A number on its own page: how it stands, what may be done with it, what it decided last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.connection import Connection
from chalicelib.domain.control import Control, ControlStatus
from chalicelib.domain.figures import figures_of
from chalicelib.domain.instance import FINAL
from chalicelib.domain.lifecycle import Action
from chalicelib.domain.role import Role
from chalicelib.entrypoints.web.views.banners import banners_of_instance
from chalicelib.entrypoints.web.views.cards import sign
from chalicelib.entrypoints.web.views.paces import chosen, named, summary, warmup
from chalicelib.entrypoints.web.views.phones import masked
from chalicelib.entrypoints.web.views.sending import pause_of_all
from chalicelib.entrypoints.web.words.causes import why_not_connected
from chalicelib.entrypoints.web.words.health import RISKS
from chalicelib.entrypoints.web.words.instances import (
    ACTIONS,
    CONNECTIONS,
    CONTROLS,
    LIFECYCLES,
    PROVIDERS,
    PURPOSES,
    STALE,
)
from chalicelib.entrypoints.web.words.intents import standing
from chalicelib.entrypoints.web.words.reasons import reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.application.instances.states import InstanceState
    from chalicelib.domain.intent import Intent
    from chalicelib.entrypoints.web.page import Page
    from chalicelib.entrypoints.web.views.banner import Banner
    from chalicelib.entrypoints.web.words.word import Word

# Which actions are a click, and of what kind; the others ask something first, here or in the settings.
_CLICKS = {
    Action.CONNECT: ("primary", "qr-code"),
    Action.RECONNECT: ("primary", "refresh-cw"),
    Action.RESUME: ("primary", "play"),
    Action.END_COOLDOWN: ("", "play"),
}
_ASKING = frozenset({Action.PAUSE, Action.COOL_DOWN})


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be done now.

    Attributes:
        action: What: the last part of the address it is posted to.
        label: What its button says.
        kind: Kind of its button.
        glyph: Its icon.
    """

    action: str
    label: str
    kind: str
    glyph: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One of its last messages."""

    id: str
    word: Word
    why: str
    to: str
    at: int


@dataclass(frozen=True, slots=True)
class InstanceView:
    """A number as its page shows it; instants in ms, 0 for never.

    Of what is ``allowed``, ``clicks`` are done at once, ``elsewhere`` in the settings; the rest asks something first.
    """

    id: str
    name: str
    sign: Word
    lifecycle: Word
    connection: Word
    cause: str
    since: int
    seen: int
    control: Word
    resting_until: int
    risk: Word
    capacity: str
    phone: str
    revealed: bool
    purpose: str
    purpose_code: str
    provider: str
    pace: str
    pace_code: str
    figures: str
    warmup: str
    warmed_up: bool
    last_good_send: int
    created_at: int
    over: bool
    banners: list[Banner]
    allowed: frozenset[str]
    clicks: list[Offer]
    elsewhere: list[Offer]


def instance(page: Page, state: InstanceState, names: Mapping[str, str], phone: str | None = None) -> InstanceView:
    """The number.

    Args:
        page: Who reads.
        state: How it is.
        names: What actors are called (``views.people``).
        phone: Its phone in full, when somebody just asked for it.
    """
    one, say = state.instance, page.gettext
    allowed = [action for action in state.actions if page.may(least_role(action))]
    return InstanceView(
        id=one.id,
        name=one.name,
        sign=sign(state).told(say),
        lifecycle=LIFECYCLES[one.lifecycle].told(say),
        connection=(STALE if one.is_stale(state.at) else CONNECTIONS[one.connection]).told(say),
        cause=why_not_connected(page.times, one),
        since=one.connection_at,
        seen=one.seen_at if one.connection is Connection.CONNECTED else 0,
        control=CONTROLS[state.control.status].told(say),
        resting_until=one.cooldown.until if one.cooldown and one.is_cooling(state.at) else 0,
        risk=RISKS[one.risk(state.at)].told(say),
        capacity=say("%(percent)s %% of its limits") % {"percent": page.times.number(one.capacity(state.at))},
        phone=phone or (masked(one.phone) if one.phone else ""),
        revealed=phone is not None,
        purpose=say(PURPOSES[one.purpose].label),
        purpose_code=one.purpose,
        provider=say(PROVIDERS[one.provider]),
        pace=named(page.times, figures_of(one.policy) if one.policy else None),
        pace_code=chosen(one.policy),
        figures=summary(page.times, figures_of(state.policy)),
        warmup=warmup(page.times, state),
        warmed_up=one.warmed_up,
        last_good_send=one.last_good_send_at,
        created_at=one.created_at,
        over=one.lifecycle in FINAL,
        banners=[*_pause_of_all(page, names), *banners_of_instance(page, state, names)],
        allowed=frozenset(path_of(action) for action in allowed),
        clicks=[_offer(page, action) for action in allowed if action in _CLICKS],
        elsewhere=[_offer(page, action) for action in allowed if action not in _CLICKS and action not in _ASKING],
    )


def decisions(page: Page, intents: Sequence[Intent]) -> list[Decision]:
    """Messages in one line each."""
    return [
        Decision(
            id=intent.id,
            word=standing(intent).told(page.gettext),
            why=reason_of(page.times, intent.reason),
            to=masked(intent.request.target.value),
            at=intent.created_at,
        )
        for intent in intents
    ]


def _pause_of_all(page: Page, names: Mapping[str, str]) -> list[Banner]:
    """What stops this number with all others; how far that has come is told where all of them are."""
    return pause_of_all(page, page.organization, Control(ControlStatus.PAUSED), names)


def _offer(page: Page, action: Action) -> Offer:
    kind, glyph = _CLICKS.get(action, ("", ""))
    return Offer(path_of(action), page.gettext(ACTIONS[action]), kind, glyph)


def least_role(action: Action) -> Role:
    """Who may: bringing a banned number back is for administrators."""
    return Role.ADMIN if action is Action.REINSTATE else Role.OPERATOR


def path_of(action: Action) -> str:
    """The last part of the address that an action is posted to: both ways to connect are one."""
    return Action.CONNECT if action is Action.RECONNECT else action.replace("_", "-")
