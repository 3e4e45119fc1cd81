"""Paces in figures and words, as something to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.figures import Figure, figures_of
from chalicelib.domain.presets import PRESETS as OFFERS
from chalicelib.domain.presets import preset_of
from chalicelib.domain.quiet import QuietScope
from chalicelib.domain.warmup import warmup_day
from chalicelib.entrypoints.http.schemas.policy import clock
from chalicelib.entrypoints.web.paces import Pace
from chalicelib.entrypoints.web.views.choices import Choice
from chalicelib.entrypoints.web.views.policy import Row, rows
from chalicelib.entrypoints.web.words.paces import ORGANIZATION, OWN, PRESETS, TRUST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.instances.states import InstanceState
    from chalicelib.domain.figures import Value
    from chalicelib.domain.policy import Policy
    from chalicelib.entrypoints.web.page import Page
    from chalicelib.entrypoints.web.words.times import Times

    Figures = Mapping[Figure, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """A preset's figures, each with where it comes from."""

    title: str
    rows: list[Row]


def choices(page: Page) -> list[Choice]:
    """Every pace of a number, with its figures."""
    shared = page.organization.policy
    own = Choice(Pace.ORGANIZATION, page.gettext(ORGANIZATION.label), _described(page, shared, ORGANIZATION.meaning))
    return [own, *presets(page)]


def presets(page: Page) -> list[Choice]:
    """Every pace that has a name, with its figures."""
    return [
        Choice(
            preset,
            page.gettext(PRESETS[preset].label),
            _described(page, OFFERS[preset].policy, PRESETS[preset].meaning),
        )
        for preset in services().policies.presets
    ]


def tables(page: Page) -> list[Table]:
    """The presets figure by figure."""
    return [
        Table(
            page.gettext(PRESETS[preset].label),
            rows(page.times, OFFERS[preset].policy, OFFERS[preset].backings),
        )
        for preset in services().policies.presets
    ]


def chosen(policy: Policy | None) -> str:
    """The pace that a number has; empty for figures that no choice has."""
    if policy is None:
        return Pace.ORGANIZATION
    return preset_of(policy) or ""


def named(times: Times, known: Figures | None) -> str:
    """A number's own pace by its name; the organization's for ``None``."""
    if known is None:
        return times.gettext(ORGANIZATION.label)
    fitting = (preset for preset, offer in OFFERS.items() if figures_of(offer.policy) == known)
    preset = next(fitting, None)
    return times.gettext((PRESETS[preset] if preset else OWN).label)


def summary(times: Times, known: Figures) -> str:
    """A pace in figures: its limits and pauses, its warm-up, its quiet hours."""
    return " ".join(said for said in (_limits(times, known), _warmup(times, known), _quiet(times, known)) if said)


def warmup(times: Times, state: InstanceState) -> str:
    """Where a number stands in its warm-up: "Day 3 of 10: 48 messages and 5 new contacts a day."."""
    one, today = state.instance, warmup_day(state.policy, state.instance, state.at)
    if one.warmed_up:
        return times.gettext("None: it was in use before.")
    if state.policy.warmup is None:
        return times.gettext("None: its policy has no warm-up.")
    if today is None:
        return times.gettext("It is over.")
    said = times.gettext("Day %(day)s of %(days)s: %(messages)s messages and %(people)s new contacts a day.") % {
        "day": today.day,
        "days": today.days,
        "messages": times.number(today.messages),
        "people": times.number(today.new_contacts),
    }
    return said if today.ends_at else " ".join((said, times.gettext("It begins with the first connection.")))


def trust(page: Page) -> str:
    """What the presets' figures are worth."""
    return page.gettext(TRUST)


def _limits(times: Times, known: Figures) -> str:
    limits = times.gettext("At most %(minute)s a minute, %(hour)s an hour and %(day)s a day") % {
        "minute": _number(times, known[Figure.PER_MINUTE]),
        "hour": _number(times, known[Figure.PER_HOUR]),
        "day": _number(times, known[Figure.PER_DAY]),
    }
    pauses = times.gettext("%(shortest)s to %(longest)s between two messages.") % {
        "shortest": times.span(int(known[Figure.MIN_INTERVAL] or 0)),
        "longest": times.span(int(known[Figure.MAX_INTERVAL] or 0)),
    }
    return f"{limits}; {pauses}"


def _warmup(times: Times, known: Figures) -> str:
    if Figure.WARMUP_DAYS not in known:
        return ""
    return times.gettext("A new number warms up for %(days)s days, from %(first)s messages on the first.") % {
        "days": _number(times, known[Figure.WARMUP_DAYS]),
        "first": _number(times, known[Figure.WARMUP_FIRST_DAY]),
    }


def _quiet(times: Times, known: Figures) -> str:
    if Figure.QUIET_START not in known:
        return ""
    said = times.gettext("Campaigns rest from %(start)s to %(end)s.")
    if known[Figure.QUIET_SCOPE] == QuietScope.ALL:
        said = times.gettext("Everything but replies rests from %(start)s to %(end)s.")
    start, end = (clock(int(known[figure] or 0)) for figure in (Figure.QUIET_START, Figure.QUIET_END))
    return said % {"start": start, "end": end}


def _number(times: Times, value: Value) -> str:
    return times.number(int(value or 0))


def _described(page: Page, policy: Policy, meaning: str) -> str:
    return f"{page.gettext(meaning)} {summary(page.times, figures_of(policy))}"
