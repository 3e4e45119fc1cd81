"""Presets: figures that agree with each other, and for each of them what stands behind it."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from chalicelib.domain.figures import Figure, figures_in, figures_of
from chalicelib.domain.policy import Policy
from chalicelib.domain.presets import (
    CHOSEN,
    CLOUD_API,
    CONSERVATIVE,
    MODERATE,
    NIGHT,
    PRESETS,
    PUBLISHED,
    REPORTED,
    Preset,
    backings_of,
    offered,
    preset_of,
)
from chalicelib.domain.quiet import QuietScope
from chalicelib.domain.values import SECOND

OWN = Policy(per_minute=7, per_hour=100, per_day=800, min_interval=1_000, max_interval=9_000)
WHATSMEOW = ("whatsmeow",)


def test_conservative_is_what_people_who_run_such_numbers_report() -> None:
    """Whoever chooses "conservative" relies on these figures with the life of their number."""
    assert (CONSERVATIVE.per_minute, CONSERVATIVE.per_hour, CONSERVATIVE.per_day) == (5, 100, 800)
    assert (CONSERVATIVE.min_interval, CONSERVATIVE.max_interval) == (2_500, 7_000)
    warmup = CONSERVATIVE.warmup
    assert warmup
    assert (warmup.days, warmup.first_day, warmup.growth, warmup.new_contacts) == (10, 15, 180, 5)
    assert (MODERATE.per_minute, MODERATE.per_hour, MODERATE.per_day) == (10, 300, 1_500)
    assert (MODERATE.min_interval, MODERATE.max_interval) == (1_500, 5_000)
    assert MODERATE.warmup
    assert (MODERATE.warmup.days, MODERATE.warmup.first_day) == (7, 20)


def test_the_official_api_stays_below_what_meta_publishes() -> None:
    """A number that sends faster is answered with errors, and each costs a retry."""
    assert SECOND / CLOUD_API.min_interval < 80
    assert CLOUD_API.per_minute * CLOUD_API.min_interval <= 60 * SECOND
    assert CLOUD_API.per_hour <= 60 * CLOUD_API.per_minute
    assert CLOUD_API.per_day <= 24 * CLOUD_API.per_hour
    assert CLOUD_API.spacing == 6 * SECOND


@pytest.mark.parametrize("preset", Preset)
def test_every_figure_says_where_it_comes_from(preset: Preset) -> None:
    """A figure without a source is taken for a promise."""
    offer = PRESETS[preset]
    assert offer.backings.keys() == figures_of(offer.policy).keys()
    assert preset_of(offer.policy) is preset
    assert offer.policy.quiet == NIGHT
    assert NIGHT.scope is QuietScope.CAMPAIGNS


def test_our_own_choices_are_not_sold_as_experience() -> None:
    """Somebody would believe that others had tried what we made up."""
    assert PRESETS[Preset.CONSERVATIVE].backings[Figure.PER_DAY] == REPORTED
    assert PRESETS[Preset.CONSERVATIVE].backings[Figure.WARMUP_GROWTH] == REPORTED
    assert PRESETS[Preset.MODERATE].backings[Figure.WARMUP_NEW_CONTACTS] == CHOSEN
    assert PRESETS[Preset.CLOUD_API].backings[Figure.SPACING] == PUBLISHED
    for preset in (Preset.CONSERVATIVE, Preset.MODERATE):
        for figure in (Figure.REPLY_SHARE, Figure.QUIET_START, Figure.DUPLICATE_WINDOW, Figure.TYPING):
            assert PRESETS[preset].backings[figure] == CHOSEN


def test_the_official_apis_pace_is_offered_to_its_numbers_only() -> None:
    """Eighty messages a second from a number behind a bridge: it is banned within the minute."""
    assert offered(WHATSMEOW) == (Preset.CONSERVATIVE, Preset.MODERATE)
    assert offered(("whatsmeow", "cloud_api")) == tuple(Preset)


def test_figures_of_ones_own_have_no_source() -> None:
    """A number that somebody made up would be shown as what others report."""
    assert backings_of(CONSERVATIVE, WHATSMEOW) == PRESETS[Preset.CONSERVATIVE].backings
    found = backings_of(OWN, WHATSMEOW)
    assert found[Figure.PER_HOUR] == REPORTED
    assert Figure.PER_MINUTE not in found
    assert Figure.MAX_INTERVAL not in found
    assert Figure.WARMUP_DAYS not in found
    apart = replace(OWN, spacing=CLOUD_API.spacing)
    assert Figure.SPACING not in backings_of(apart, WHATSMEOW)
    assert backings_of(apart, ("cloud_api",))[Figure.SPACING] == PUBLISHED


def test_figures_are_complete_and_those_of_a_rule_that_is_off_are_missing() -> None:
    """A change of such a figure would be in no journal and on no page."""
    assert list(figures_of(CONSERVATIVE)) == list(Figure)
    off = {figure for figure in Figure if figure.startswith(("warmup.", "quiet."))}
    assert figures_of(OWN).keys() == set(Figure) - off


def test_figures_from_before_a_rule_existed_mean_that_it_is_off() -> None:
    """The first change after an update would list twenty changes that nobody made."""
    before = {name: asdict(OWN)[name] for name in ("per_minute", "per_hour", "per_day", "min_interval", "max_interval")}
    assert figures_in({**before, "typing": 0}) == figures_of(OWN)
    assert figures_in({**before, "a_rule_to_come": {"x": 1}}) == figures_of(OWN)
