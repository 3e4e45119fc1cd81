"""Policies in words: every figure, every value and every mistake, in both languages."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.figures import Figure
from chalicelib.domain.policy import OnDuplicate, OnUnconfirmed, Policy
from chalicelib.domain.presets import CONSERVATIVE, PRESETS, Preset, Solidity, Source
from chalicelib.domain.quiet import QuietHours, QuietScope, QuietZone
from chalicelib.domain.values import DAY
from chalicelib.domain.warmup import WarmUp
from chalicelib.entrypoints.web.languages import LANGUAGES, translations
from chalicelib.entrypoints.web.views.policy import changes, rows
from chalicelib.entrypoints.web.words.mistakes import advice
from chalicelib.entrypoints.web.words.paces import SOLIDITIES, SOURCES
from chalicelib.entrypoints.web.words.policy import DOUBTS, DUPLICATES, FIGURES, GROUPS, SCOPES, ZONES
from chalicelib.entrypoints.web.words.times import Times
from tests.fakes.clock import NOON

# A code of ours, or a placeholder that nothing filled: neither is for people.
UNSAID = re.compile(r"[A-Z]{2,}_[A-Z]+|[a-z]_[a-z]|%\(|[{}]|None|True|False")
DOCS = Path(__file__).resolve().parents[2] / "docs"
UNCONFIRMED = (DOCS / "gate.md").read_text("utf-8").partition("## What stays unconfirmed")[2].partition("\n## ")[0]
OFF = Policy(per_minute=1, per_hour=1, per_day=1, min_interval=0, max_interval=0)
# Everything different from the conservative figures.
OTHER = Policy(
    per_minute=7,
    per_hour=120,
    per_day=900,
    min_interval=1_250,
    max_interval=90_000,
    typing=0,
    reply_share=50,
    warmup=WarmUp(3, 20, 150, 4),
    quiet=QuietHours(22 * 60 + 30, 7 * 60 + 5, QuietZone.RECIPIENT, QuietScope.ALL),
    new_contacts=12,
    spacing=0,
    duplicate_window=2 * DAY,
    on_duplicate=OnDuplicate.WAIT,
    require_consent=False,
    allow_groups=False,
    on_unconfirmed=OnUnconfirmed.RESEND,
)
MISTAKES: list[dict[str, Any]] = [
    {"per_minute": 0},
    {"per_hour": 1},
    {"per_day": 1},
    {"min_interval": -1},
    {"min_interval": 200_000, "max_interval": 200_000},
    {"max_interval": 1},
    {"max_interval": 3_600_001},
    {"typing": 1},
    {"reply_share": 51},
    {"new_contacts": 0},
    {"new_contacts": 1},
    {"spacing": -1},
    {"duplicate_window": -1},
    {"warmup": (10, 801, 180, 5)},
    {"warmup": (61, 1, 180, 5)},
    {"warmup": (10, 0, 180, 5)},
    {"warmup": (10, 1, 99, 5)},
    {"warmup": (10, 1, 180, 0)},
    {"quiet": (60, 60)},
]


def told_in(language: str) -> Times:
    """Tells times in a language."""
    return Times(translations(language).gettext, "," if language == "pt-BR" else ".", "America/Sao_Paulo", NOON)


@pytest.mark.parametrize("policy", [CONSERVATIVE, OTHER, OFF, *(offer.policy for offer in PRESETS.values())])
def test_every_figure_is_told_in_both_languages(policy: Policy) -> None:
    """A figure in English, or as a code, is one that the operator sets wrongly."""
    for language in LANGUAGES:
        for row in rows(told_in(language), policy, PRESETS[Preset.CONSERVATIVE].backings):
            assert UNSAID.search(f"{row.label} {row.value} {row.source}") is None, row


def test_everything_has_a_word() -> None:
    """A page with a figure that has no word is an error page."""
    assert FIGURES.keys() == set(Figure)
    assert sorted(figure for group in GROUPS for figure in group.figures) == sorted(Figure)
    assert {*SOURCES, *SOLIDITIES} == {*Source, *Solidity}
    chosen = {*ZONES, *SCOPES, *DUPLICATES, *DOUBTS}
    assert chosen == {*QuietZone, *QuietScope, *OnDuplicate, *OnUnconfirmed}


def test_the_documentation_tells_every_way_with_what_stays_unconfirmed() -> None:
    """Somebody chooses a word whose risk is written down nowhere, and a customer pays twice."""
    assert re.findall(r"^\| `(\w+)`(?: \(default\))? \| .+ \| .+ \|$", UNCONFIRMED, re.MULTILINE) == [*OnUnconfirmed]


def test_every_difference_is_told_and_nothing_else() -> None:
    """A change that is not told is one that nobody looks for after a ban."""
    english = told_in("en")
    said = changes(english, asdict(CONSERVATIVE), asdict(OTHER))
    assert len(said) == len(Figure)
    assert "Shortest pause: 2.5 s → 1.25 s" in said
    assert "Longest pause: 7 s → 1 min 30 s" in said
    assert "The same is not said twice within: 1 h → 2 days" in said
    assert "New contacts a day: no limit → 12" in said
    assert "Quiet from: 21:00 → 22:30" in said
    assert "What would say it twice: is refused → waits until then" in said
    assert changes(english, asdict(OTHER), asdict(OTHER)) == []
    assert changes(english, asdict(OTHER), asdict(replace(OTHER, quiet=None)))[0] == "Quiet from: 22:30 → off"


def test_a_journal_from_before_the_rules_is_told() -> None:
    """After an update the history of every older organization would be an error page."""
    before = {"per_minute": 5, "per_hour": 100, "per_day": 800, "min_interval": 2_500, "max_interval": 7_000}
    said = changes(told_in("en"), {**before, "typing": 2_000}, asdict(CONSERVATIVE))
    assert "Days of warm-up: off → 10" in said
    assert not any(line.startswith("Messages a minute") for line in said)


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_every_mistake_is_told_in_both_languages(mistake: dict[str, Any]) -> None:
    """A sentence that fits everything helps nobody to put one field right."""
    made: dict[str, Any] = {"warmup": lambda values: WarmUp(*values), "quiet": lambda values: QuietHours(*values)}
    with pytest.raises(InvalidInput) as refused:
        replace(CONSERVATIVE, **{name: made.get(name, lambda same: same)(value) for name, value in mistake.items()})
    told = []
    for language in LANGUAGES:
        gettext = translations(language).gettext
        told.append(advice(gettext, "", str(refused.value), {}))
        assert told[-1] != advice(gettext, "", "whatever", {})
    assert told[0] != told[1]
