"""How fast a number may send. Every figure is an organization's choice; the presets say where theirs come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.values import SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping

# Shorter is not seen, longer is not believed, and the engine would pay for the wait.
SHORTEST_TYPING, LONGEST_TYPING = 1 * SECOND, 4 * SECOND


@dataclass(frozen=True, slots=True)
class Policy:
    """Pacing limits of one instance.

    Attributes:
        per_minute: Messages in any 60 s.
        per_hour: Messages in any 60 min.
        per_day: Messages in any 24 h.
        min_interval: Shortest pause between two slots, ms.
        max_interval: Longest pause drawn between two slots, ms.
        typing: How long before its slot "typing" is shown, ms; 0 for never. Nothing ever waits for it.
    """

    per_minute: int
    per_hour: int
    per_day: int
    min_interval: int
    max_interval: int
    typing: int = 0

    def __post_init__(self) -> None:
        """Refuse a policy that contradicts itself."""
        if not 1 <= self.per_minute <= self.per_hour <= self.per_day:
            raise InvalidInput("limits must satisfy 1 <= per_minute <= per_hour <= per_day", "/policy")
        if not 0 <= self.min_interval <= self.max_interval:
            raise InvalidInput("intervals must satisfy 0 <= min_interval <= max_interval", "/policy")
        if self.typing and not SHORTEST_TYPING <= self.typing <= LONGEST_TYPING:
            raise InvalidInput("typing must be 0, or from 1,000 to 4,000 ms", "/policy")


class Preset(StrEnum):
    """A policy that people can choose by its name."""

    CONSERVATIVE = "CONSERVATIVE"
    MODERATE = "MODERATE"


class FigureSource(StrEnum):
    """Where a preset's figures come from."""

    OPERATOR_REPORTS = "OPERATOR_REPORTS"


class Solidity(StrEnum):
    """How far a preset's figures can be trusted: experience is what others report, promised by nobody."""

    EXPERIENCE = "EXPERIENCE"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a preset stands for, where that comes from and how solid it is."""

    policy: Policy
    source: FigureSource
    solidity: Solidity


# A cautious start for a new number.
CONSERVATIVE = Policy(per_minute=5, per_hour=100, per_day=800, min_interval=2_500, max_interval=7_000, typing=2_000)

# For a number with history.
MODERATE = Policy(per_minute=10, per_hour=300, per_day=1_500, min_interval=1_500, max_interval=5_000, typing=1_500)

PRESETS: Mapping[Preset, Figures] = {
    Preset.CONSERVATIVE: Figures(CONSERVATIVE, FigureSource.OPERATOR_REPORTS, Solidity.EXPERIENCE),
    Preset.MODERATE: Figures(MODERATE, FigureSource.OPERATOR_REPORTS, Solidity.EXPERIENCE),
}


def preset_of(policy: Policy) -> Preset | None:
    """The preset whose figures these are; ``None`` for figures of one's own."""
    return next((preset for preset, figures in PRESETS.items() if figures.policy == policy), None)
