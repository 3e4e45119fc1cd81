"""Policies as pages tell them: each figure with what stands behind it, and what a change has changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chalicelib.domain.figures import Figure, figures_in, figures_of
from chalicelib.domain.presets import backings_of, preset_of
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND
from chalicelib.entrypoints.http.schemas.policy import clock
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.paces import OWN, PRESETS, SOLIDITIES, SOURCES
from chalicelib.entrypoints.web.words.policy import DOUBTS, DUPLICATES, FIGURES, GROUPS, OFF, SCOPES, ZONES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from chalicelib.domain.figures import Value
    from chalicelib.domain.instance import JournalEntry
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.presets import Backing
    from chalicelib.entrypoints.web.words.times import Times

    Teller = Callable[[Times, Any], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what it is called, what it is, and where that comes from (empty for one's own)."""

    label: str
    value: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a policy: to which version, by whom, and what differs since."""

    version: int
    by: str
    at: int
    differences: list[str]


@dataclass(frozen=True, slots=True)
class Held:
    """The policy that holds for an organization: the preset that it is (empty for none), figure by figure."""

    version: int
    preset: str
    name: str
    rows: list[Row]


def held(times: Times, organization: Organization, providers: Collection[str]) -> Held:
    """An organization's policy, of numbers that send through these providers."""
    policy = organization.policy
    preset = preset_of(policy)
    return Held(
        version=organization.policy_version,
        preset=preset or "",
        name=times.gettext((PRESETS[preset] if preset else OWN).label),
        rows=rows(times, policy, backings_of(policy, providers)),
    )


def changed(times: Times, entry: JournalEntry, names: Mapping[str, str]) -> Change:
    """A change as its organization's journal keeps it.

    Args:
        times: Tells times and numbers in the reader's language.
        entry: What happened.
        names: What actors are called (``views.people``).
    """
    differences = changes(times, entry.data["old"], entry.data["new"])
    return Change(entry.data["version"], names.get(entry.actor, entry.actor), entry.at, differences)


def rows(times: Times, policy: Policy, backings: Mapping[Figure, Backing]) -> list[Row]:
    """Every figure of a policy; a rule that is off in one row.

    Args:
        times: Tells times and numbers in the reader's language.
        policy: Which.
        backings: What stands behind its figures, where something does.
    """
    known, found = figures_of(policy), []
    for group in GROUPS:
        if known.keys().isdisjoint(group.figures):
            found.append(Row(times.gettext(group.title), times.gettext(OFF)))
            continue
        found += [
            Row(times.gettext(FIGURES[figure].label), _told(times, figure, known), _source(times, backings.get(figure)))
            for figure in group.figures
        ]
    return found


def changes(times: Times, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What differs between two policies as a journal keeps them, a figure each: "Messages a minute: 5 → 10"."""
    before, after = figures_in(old), figures_in(new)
    return [
        f"{times.gettext(FIGURES[figure].label)}: {_told(times, figure, before)} → {_told(times, figure, after)}"
        for figure in Figure
        if before.get(figure, OFF) != after.get(figure, OFF)
    ]


def _source(times: Times, backing: Backing | None) -> str:
    if backing is None:
        return ""
    return f"{times.gettext(SOURCES[backing.source])}; {times.gettext(SOLIDITIES[backing.solidity])}"


def _told(times: Times, figure: Figure, figures: Mapping[Figure, Value]) -> str:
    """A figure's value in words; that of a rule that is off."""
    if figure not in figures:
        return times.gettext(OFF)
    return _TELLING.get(figure, _count)(times, figures[figure])


def _count(times: Times, value: int | None) -> str:
    return times.gettext("no limit") if value is None else times.number(value)


def _percent(times: Times, value: int) -> str:
    return f"{times.number(value)} %"


def _span(times: Times, value: int) -> str:
    """A duration (ms) to the millisecond: two that differ must not read the same."""
    if value < SECOND or value % DAY == 0:
        return times.span(value)
    hours, rest = divmod(value, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = f"{Decimal(rest) / SECOND:f}".replace(".", times.decimal)
    parts = ((hours, f"{hours} h"), (minutes, f"{minutes} min"), (rest, f"{seconds} s"))
    return " ".join(text for part, text in parts if part)


def _rule(times: Times, value: int) -> str:
    return _span(times, value) if value else times.gettext(OFF)


def _clock(_times: Times, value: int) -> str:
    return clock(value)


def _whether(times: Times, value: bool) -> str:  # noqa: FBT001 - one of the tellers
    return times.gettext(mark("yes") if value else mark("no"))


def _one_of(words: Mapping[str, str]) -> Teller:
    return lambda times, value: times.gettext(words[value])


_TELLING: Mapping[Figure, Teller] = {
    Figure.MIN_INTERVAL: _span,
    Figure.MAX_INTERVAL: _span,
    Figure.TYPING: _rule,
    Figure.REPLY_SHARE: _percent,
    Figure.WARMUP_GROWTH: _percent,
    Figure.QUIET_START: _clock,
    Figure.QUIET_END: _clock,
    Figure.QUIET_ZONE: _one_of(ZONES),
    Figure.QUIET_SCOPE: _one_of(SCOPES),
    Figure.SPACING: _rule,
    Figure.REQUIRE_CONSENT: _whether,
    Figure.ALLOW_GROUPS: _whether,
    Figure.DUPLICATE_WINDOW: _rule,
    Figure.ON_DUPLICATE: _one_of(DUPLICATES),
    Figure.ON_UNCONFIRMED: _one_of(DOUBTS),
}
