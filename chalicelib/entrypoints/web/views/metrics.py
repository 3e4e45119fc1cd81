"""A number in figures: what it has used of its limits, and what became of its newest messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.limits import limits_at
from chalicelib.entrypoints.web.views.cards import next_slot
from chalicelib.entrypoints.web.views.overview import Figure, figures, scope

if TYPE_CHECKING:
    from chalicelib.application.instances.board import Post
    from chalicelib.domain.tally import Tally
    from chalicelib.entrypoints.web.page import Page


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a limit is reserved."""

    label: str
    value: int
    limit: int


@dataclass(frozen=True, slots=True)
class MetricsView:
    """Everything the page shows."""

    used: list[Used]
    next_slot: str
    last_good_send: int
    scope: str
    figures: list[Figure]


def metrics(page: Page, post: Post, counts: Tally) -> MetricsView:
    """The page.

    Args:
        page: Who reads.
        post: The number with what it has reserved.
        counts: What became of its newest messages.
    """
    one, now, say, used = post.state.instance, post.state.at, page.gettext, post.usage.everything
    limits = limits_at(post.state.policy, one, now)
    return MetricsView(
        used=[
            Used(say("Last 60 seconds"), used.minute.used(now), limits.minute),
            Used(say("Last 60 minutes"), used.hour.used(now), limits.hour),
            Used(say("Last 24 hours"), used.day.used(now), limits.day),
        ],
        next_slot=next_slot(page, post),
        last_good_send=one.last_good_send_at,
        scope=scope(page, counts),
        figures=figures(page, counts, f"&instance_id={one.id}"),
    )
