"""Policies to choose by name, and for each of their figures where it comes from and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.figures import Figure, figures_of
from chalicelib.domain.policy import Policy
from chalicelib.domain.quiet import QuietHours
from chalicelib.domain.values import HOUR, MINUTE, SECOND
from chalicelib.domain.warmup import WarmUp

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


# Stands for a figure of a rule that is off: no figure equals it.
_NOTHING = object()


class Preset(StrEnum):
    """A policy that people can choose by its name."""

    CONSERVATIVE = "CONSERVATIVE"
    MODERATE = "MODERATE"
    CLOUD_API = "CLOUD_API"


class Source(StrEnum):
    """Where a figure comes from."""

    OPERATOR_REPORTS = "OPERATOR_REPORTS"
    PROVIDER = "PROVIDER"
    OURS = "OURS"


class Solidity(StrEnum):
    """How far a figure can be trusted. None is a guarantee.

    ``EXPERIENCE`` is what people report who run such numbers, promised by nobody; ``PUBLISHED`` stands in the
    provider's documentation and may change there; a ``CHOICE`` is what we find sensible, measured by nobody.
    """

    EXPERIENCE = "EXPERIENCE"
    PUBLISHED = "PUBLISHED"
    CHOICE = "CHOICE"


@dataclass(frozen=True, slots=True)
class Backing:
    """What stands behind a figure."""

    source: Source
    solidity: Solidity


REPORTED = Backing(Source.OPERATOR_REPORTS, Solidity.EXPERIENCE)
PUBLISHED = Backing(Source.PROVIDER, Solidity.PUBLISHED)
CHOSEN = Backing(Source.OURS, Solidity.CHOICE)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a preset stands for.

    Attributes:
        policy: Its figures.
        backings: What stands behind each of them.
        provider: The only provider whose numbers it suits; ``None`` for any.
    """

    policy: Policy
    backings: Mapping[Figure, Backing]
    provider: str | None = None


# Evening and night, when a campaign only annoys.
NIGHT = QuietHours(start=21 * 60, end=8 * 60)

# A cautious start for a new number.
CONSERVATIVE = Policy(
    per_minute=5,
    per_hour=100,
    per_day=800,
    min_interval=2_500,
    max_interval=7_000,
    typing=2_000,
    reply_share=20,
    warmup=WarmUp(days=10, first_day=15, growth=180, new_contacts=5),
    quiet=NIGHT,
    spacing=10 * SECOND,
    duplicate_window=1 * HOUR,
)

# For a number with history.
MODERATE = Policy(
    per_minute=10,
    per_hour=300,
    per_day=1_500,
    min_interval=1_500,
    max_interval=5_000,
    typing=1_500,
    reply_share=20,
    warmup=WarmUp(days=7, first_day=20, growth=180, new_contacts=10),
    quiet=NIGHT,
    spacing=5 * SECOND,
    duplicate_window=10 * MINUTE,
)

# What Meta publishes for a number of the Cloud API: 80 messages a second, and one in 6 s to the same person. A pause of
# 13 ms is the shortest whole one that stays below that, and the windows are what it leaves room for. Meta's limit of
# people per day belongs to a portfolio of numbers, so it is no figure of a number's policy.
CLOUD_API = Policy(
    per_minute=4_600,
    per_hour=276_000,
    per_day=6_600_000,
    min_interval=13,
    max_interval=13,
    reply_share=20,
    quiet=NIGHT,
    spacing=6 * SECOND,
    duplicate_window=10 * MINUTE,
    allow_groups=False,
)

_PACE = frozenset({Figure.PER_MINUTE, Figure.PER_HOUR, Figure.PER_DAY, Figure.MIN_INTERVAL, Figure.MAX_INTERVAL})
_START = frozenset({Figure.WARMUP_DAYS, Figure.WARMUP_FIRST_DAY})
_GROWTH = frozenset({Figure.WARMUP_GROWTH, Figure.WARMUP_NEW_CONTACTS})
# Meta asks for the person's consent before a business writes to them.
_PAIR = frozenset({Figure.SPACING, Figure.ALLOW_GROUPS, Figure.REQUIRE_CONSENT})


def _backed(policy: Policy, figures: Collection[Figure], backing: Backing) -> Mapping[Figure, Backing]:
    """Some of a policy's figures with what stands behind them; the rest is our own choice."""
    return {figure: backing if figure in figures else CHOSEN for figure in figures_of(policy)}


PRESETS: Mapping[Preset, Offer] = {
    Preset.CONSERVATIVE: Offer(CONSERVATIVE, _backed(CONSERVATIVE, _PACE | _START | _GROWTH, REPORTED)),
    Preset.MODERATE: Offer(MODERATE, _backed(MODERATE, _PACE | _START, REPORTED)),
    Preset.CLOUD_API: Offer(CLOUD_API, _backed(CLOUD_API, _PACE | _PAIR, PUBLISHED), "cloud_api"),
}


def preset_of(policy: Policy) -> Preset | None:
    """The preset whose figures these are; ``None`` for figures of one's own."""
    return next((preset for preset, offer in PRESETS.items() if offer.policy == policy), None)


def offered(providers: Collection[str]) -> tuple[Preset, ...]:
    """The presets that numbers of some of these providers can choose."""
    return tuple(preset for preset, offer in PRESETS.items() if offer.provider is None or offer.provider in providers)


def require_offered(policy: Policy, providers: Collection[str]) -> None:
    """Refuse a preset that numbers of none of these providers can choose.

    Raises:
        InvalidInput: It is one.
    """
    preset = preset_of(policy)
    if preset and preset not in offered(providers):
        raise InvalidInput(f"{preset} is for numbers of {PRESETS[preset].provider} only", "/policy/preset")


def backings_of(policy: Policy, providers: Collection[str]) -> dict[Figure, Backing]:
    """What stands behind those of a policy's figures that equal a preset's, of numbers of these providers.

    The preset that it equals as a whole says it; figures of one's own are held against every preset that is offered.
    """
    whole = preset_of(policy)
    known = (whole,) if whole else offered(providers)
    figures = figures_of(policy)
    return {
        figure: PRESETS[preset].backings[figure]
        for preset in reversed(known)
        for figure, value in figures_of(PRESETS[preset].policy).items()
        if figures.get(figure, _NOTHING) == value
    }
