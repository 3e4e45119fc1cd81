"""A number as a card: how it stands, how old that knowledge is, what it has sent against its limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.connection import Connection
from chalicelib.domain.control import ControlStatus
from chalicelib.domain.instance import FINAL, Lifecycle
from chalicelib.domain.limits import limits_at
from chalicelib.domain.values import SECOND
from chalicelib.entrypoints.web.views.phones import masked
from chalicelib.entrypoints.web.words.health import RISKS
from chalicelib.entrypoints.web.words.instances import CONNECTIONS, CONTROLS, LIFECYCLES, PURPOSES, STALE

if TYPE_CHECKING:
    from chalicelib.application.instances.board import Post
    from chalicelib.application.instances.states import InstanceState
    from chalicelib.entrypoints.web.page import Page
    from chalicelib.entrypoints.web.words.word import Word

# A slot that is this near is told as "now", ms.
_SOON = SECOND


@dataclass(frozen=True, slots=True)
class Card:
    """A number at a glance.

    Attributes:
        id: The instance.
        name: As people call it.
        phone: Masked; empty before it is known.
        purpose: What it is meant for, in words.
        state: Its badge.
        risk: How likely it is to be banned, in words.
        seen: When anything last confirmed that, ms; ``None`` where that says nothing.
        sent: Slots reserved in the last hour.
        limit: How many an hour has.
        next_slot: When it could send next, in words; empty when it cannot at all.
    """

    id: str
    name: str
    phone: str
    purpose: str
    state: Word
    risk: str
    seen: int | None
    sent: int
    limit: int
    next_slot: str


def card(page: Page, post: Post) -> Card:
    """One number's card."""
    state = post.state
    one, now = state.instance, state.at
    return Card(
        id=one.id,
        name=one.name,
        phone=masked(one.phone) if one.phone else "",
        purpose=page.gettext(PURPOSES[one.purpose].label),
        state=sign(state).told(page.gettext),
        risk=page.gettext(RISKS[one.risk(now)].label),
        seen=one.seen_at if one.connection is Connection.CONNECTED else None,
        sent=post.usage.everything.hour.used(now),
        limit=limits_at(state.policy, one, now).hour,
        next_slot=next_slot(page, post),
    )


def sign(state: InstanceState) -> Word:
    """The one word that tells most of a number's state: the worst first."""
    one = state.instance
    if one.lifecycle in FINAL:
        return LIFECYCLES[one.lifecycle]
    if one.is_paused(state.at):
        return CONTROLS[ControlStatus.PAUSED]
    if one.is_cooling(state.at):
        return LIFECYCLES[Lifecycle.COOLDOWN]
    if one.lifecycle is Lifecycle.CREATED and one.connection is Connection.DISCONNECTED:
        return LIFECYCLES[Lifecycle.CREATED]
    return STALE if one.is_stale(state.at) else CONNECTIONS[one.connection]


def next_slot(page: Page, post: Post) -> str:
    """When it could send next, in words; empty when it cannot at all."""
    now = post.state.at
    if page.organization.is_paused(now) or post.state.instance.obstacle(now) is not None:
        return ""
    slot = post.usage.free_at(now, limits_at(post.state.policy, post.state.instance, now))
    if slot <= now + _SOON:
        return page.gettext("next slot: now")
    return page.gettext("next slot in %(span)s") % {"span": page.times.span(slot - now)}
