"""The first page: what was sent, what waits, what failed, which numbers need somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.instance import Lifecycle
from chalicelib.domain.status import Status
from chalicelib.domain.tally import APPROVED
from chalicelib.domain.values import HOUR
from chalicelib.entrypoints.web.views.banner import Banner
from chalicelib.entrypoints.web.views.banners import banners_of_instance
from chalicelib.entrypoints.web.views.cards import Card, card
from chalicelib.entrypoints.web.views.dead_letters import dead_letter_banner
from chalicelib.entrypoints.web.views.sending import banners_of_organization
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.reasons import REASONS
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.instances.board import Board
    from chalicelib.domain.tally import Tally
    from chalicelib.entrypoints.web.page import Page

_LET_GO = Word("go", mark("Approved"), mark("They left, or are leaving, in their reserved slot."))
_HALF, _MOST = 0.5, 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it counts, its value, what belongs to it."""

    label: str
    value: str
    detail: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """How many messages the Gate let go or stopped for one reason."""

    word: Word
    count: str
    href: str


@dataclass(frozen=True, slots=True)
class OverviewView:
    """Everything the page shows; ``decided_scope`` says which messages ``decided`` counts."""

    banners: list[Banner]
    paused: bool
    scope: str
    figures: list[Figure]
    cards: list[Card]
    decided: list[Decided]
    decided_scope: str
    empty: bool


def overview(page: Page, board: Board, counts: Tally, names: Mapping[str, str], dead: int) -> OverviewView:
    """The page.

    Args:
        page: Who reads.
        board: The numbers.
        counts: What became of the newest messages.
        names: What actors are called (``views.people``).
        dead: How many dead letters there are.
    """
    living = [post for post in board.posts if post.state.instance.lifecycle is not Lifecycle.RETIRED]
    banners = banners_of_organization(page, board.state, names)
    banners += [banner for post in living for banner in banners_of_instance(page, post.state, names)]
    return OverviewView(
        banners=[*banners, *dead_letter_banner(page, dead), *_unconfirmed(page, counts)],
        paused=board.state.organization.is_paused(page.times.now),
        scope=scope(page, counts),
        figures=figures(page, counts),
        cards=[card(page, post) for post in living],
        decided=_decided(page, counts),
        decided_scope=_decided_scope(page, counts),
        empty=not board.posts,
    )


def scope(page: Page, counts: Tally) -> str:
    """Since when the counts are complete."""
    if counts.whole:
        return page.gettext("Today")
    return page.gettext("Since %(since)s: the newest messages only") % {"since": page.times.moment(counts.since)}


def figures(page: Page, counts: Tally, only: str = "") -> list[Figure]:
    """The counts.

    Args:
        page: Who reads.
        counts: What is counted.
        only: What the lists behind the figures are narrowed by: ``&instance_id=…``.
    """
    say, times = page.gettext, page.times
    half, most = counts.lag(_HALF), counts.lag(_MOST)
    since = f"&created_from={times.iso(counts.since)}{only}"
    accepted = sum(counts.classes.values())
    shares = say("of %(count)s accepted") % {"count": times.number(accepted)}
    failed = say("%(failed)s failed · %(blocked)s blocked · %(unconfirmed)s unconfirmed") % {
        "failed": times.number(counts.classes.get(Status.FAILED, 0)),
        "blocked": times.number(counts.classes.get(Status.BLOCKED, 0)),
        "unconfirmed": times.number(counts.classes.get(Status.UNCONFIRMED, 0)),
    }
    pace = say("95 %% within %(span)s") % {"span": times.span(most)} if most is not None else say("nothing was sent")
    return [
        Figure(say("Messages sent"), times.number(counts.sent), shares, f"messages?status=SENT{since}"),
        Figure(
            say("Messages waiting"),
            times.number(counts.waiting),
            _on_their_way(page, counts),
            f"messages?status=QUEUED{only}",
        ),
        Figure(say("Exceptions"), times.number(counts.exceptions), failed, f"messages?exceptions=true{since}"),
        Figure(say("From slot to sent"), times.span(half) if half is not None else "—", pace),
    ]


def _on_their_way(page: Page, counts: Tally) -> str:
    if counts.oldest_in_flight is None:
        return page.gettext("nothing is on its way")
    said = page.ngettext(
        "%(count)s on its way for %(span)s", "%(count)s on their way, the oldest for %(span)s", counts.in_flight
    )
    lasts = page.times.span(page.times.now - counts.oldest_in_flight)
    return said % {"count": page.times.number(counts.in_flight), "span": lasts}


def _decided(page: Page, counts: Tally) -> list[Decided]:
    since = page.times.iso(counts.reasons_since)
    words = {APPROVED: _LET_GO, **REASONS}
    ordered = sorted(counts.reasons.items(), key=lambda pair: (pair[0] != APPROVED, -pair[1]))
    return [
        Decided(
            # What another version of us has stored may have no words here, and no filter.
            words.get(code, Word("wait", code)).told(page.gettext),
            page.times.number(count),
            f"messages?reason={code}&created_from={since}" if code in REASONS else "",
        )
        for code, count in ordered
    ]


def _decided_scope(page: Page, counts: Tally) -> str:
    if counts.reasons_since <= page.times.now - HOUR:
        return page.gettext("What became of the last hour's messages")
    since = page.times.moment(counts.reasons_since)
    return page.gettext("What became of the messages since %(since)s") % {"since": since}


def _unconfirmed(page: Page, counts: Tally) -> list[Banner]:
    count = counts.classes.get(Status.UNCONFIRMED, 0)
    if not count:
        return []
    title = page.ngettext("%(count)s message is unconfirmed", "%(count)s messages are unconfirmed", count)
    lines = (
        page.gettext("WhatsApp may or may not have it. Its policy says what becomes of it."),
        page.gettext("A receipt may still come. Ask the recipient before writing again."),
    )
    return [
        Banner(
            "doubt",
            title % {"count": count},
            lines,
            "messages?status=UNCONFIRMED",
            page.gettext("Show them"),
        )
    ]
