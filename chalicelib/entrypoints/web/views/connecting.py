"""The page that connects a number: where its session is, what to do now, and when to look again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.figures import figures_of
from chalicelib.domain.instance import FINAL, Lifecycle
from chalicelib.domain.lifecycle import Action
from chalicelib.entrypoints.web.polling import poll_after
from chalicelib.entrypoints.web.views.cards import sign
from chalicelib.entrypoints.web.views.paces import summary
from chalicelib.entrypoints.web.views.phones import masked
from chalicelib.entrypoints.web.words.causes import why_not_connected
from chalicelib.entrypoints.web.words.instances import CONNECTIONS, LIFECYCLES, STALE

if TYPE_CHECKING:
    from chalicelib.application.instances.sessions import ScanCode
    from chalicelib.application.instances.states import InstanceState
    from chalicelib.entrypoints.web.page import Page
    from chalicelib.entrypoints.web.words.word import Word


class Phase(StrEnum):
    """What the page shows."""

    START = "start"
    PREPARING = "preparing"
    SCAN = "scan"
    STUCK = "stuck"
    CONNECTED = "connected"
    OVER = "over"


_SHOWING = frozenset({Phase.PREPARING, Phase.SCAN})
# What may end without anybody doing something here.
_PASSING = frozenset({Cause.CONNECTION_LOST, Cause.PROVIDER_UNREACHABLE, Cause.SENDS_FAILED})


@dataclass(frozen=True, slots=True)
class ConnectView:
    """Everything the page shows.

    Attributes:
        id: The instance.
        name: As people call it.
        first: Whether it was never connected: the page is a step of onboarding.
        phase: What the page shows.
        word: The session's state.
        why: Why it is so, and what to do about it; may be empty.
        phone: The paired number, masked; empty before it is known.
        pace: How fast it will send.
        picture: The code to scan, a ``data:`` URI.
        expires_at: When that code stops working, ms.
        again: Whether a session can be started.
        poll: Seconds until the page looks again by itself; 0 for never.
        count: How many times it has looked.
    """

    id: str
    name: str
    first: bool
    phase: Phase
    word: Word
    why: str
    phone: str
    pace: str
    picture: str
    expires_at: int
    again: bool
    poll: int
    count: int


def connecting(page: Page, state: InstanceState, code: ScanCode | None, count: int) -> ConnectView:
    """The page.

    Args:
        page: Who reads.
        state: The number.
        code: The code to scan, if there is one.
        count: How many times the page has looked already.
    """
    one, phase = state.instance, phase_of(state, code)
    return ConnectView(
        id=one.id,
        name=one.name,
        first=one.lifecycle is Lifecycle.CREATED,
        phase=phase,
        word=_word(state).told(page.gettext),
        why=why_not_connected(page.times, one),
        phone=masked(one.phone) if one.phone else "",
        pace=summary(page.times, figures_of(state.policy)),
        picture=code.picture if code else "",
        expires_at=code.expires_at if code else 0,
        again=bool({Action.CONNECT, Action.RECONNECT} & set(state.actions)),
        poll=next_poll(state, phase, count),
        count=count,
    )


def phase_of(state: InstanceState, code: ScanCode | None) -> Phase:
    """What there is to show of a session."""
    one = state.instance
    if one.lifecycle in FINAL:
        return Phase.OVER
    if one.connection is Connection.AWAITING_SCAN and code:
        return Phase.SCAN
    if one.connection in {Connection.CONNECTING, Connection.AWAITING_SCAN}:
        return Phase.PREPARING
    if one.connection is Connection.CONNECTED and not one.is_stale(state.at):
        return Phase.CONNECTED
    return Phase.START if one.is_untried else Phase.STUCK


def next_poll(state: InstanceState, phase: Phase, count: int) -> int:
    """Seconds until it is worth to look again; 0 when nothing changes by itself."""
    one = state.instance
    waits_for_phone = one.connection is Connection.PASSKEY_REQUIRED and one.cause is not Cause.PASSKEY_ASSUMED
    passing = phase is Phase.STUCK and (one.cause in _PASSING or waits_for_phone or one.is_stale(state.at))
    return poll_after(count, showing=phase in _SHOWING) if passing or phase in _SHOWING else 0


def _word(state: InstanceState) -> Word:
    one = state.instance
    if one.lifecycle in FINAL:
        return LIFECYCLES[one.lifecycle]
    if sign(state) == LIFECYCLES[Lifecycle.CREATED]:
        return sign(state)
    return STALE if one.is_stale(state.at) else CONNECTIONS[one.connection]
