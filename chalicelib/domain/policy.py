"""How fast and to whom a number may send. Every figure is an organization's choice, and none is a guarantee."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.quiet import QuietHours
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND
from chalicelib.domain.warmup import WarmUp

if TYPE_CHECKING:
    from collections.abc import Mapping

# Shorter is not seen, longer is not believed, and the engine would pay for the wait.
SHORTEST_TYPING, LONGEST_TYPING = 1 * SECOND, 4 * SECOND
# Replies may keep at most half of each window to themselves.
LARGEST_REPLY_SHARE = 50
# What was sent to a person is remembered in some recent messages only: longer windows could not be kept.
LONGEST_MEMORY = 30 * DAY


class OnDuplicate(StrEnum):
    """What happens to a message that says what the same person was told a moment ago."""

    BLOCK = "block"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one instance that an organization chooses. A field at its default is a rule that is off.

    Attributes:
        per_minute: Messages in any 60 s.
        per_hour: Messages in any 60 min.
        per_day: Messages in any 24 h.
        min_interval: Shortest pause between two slots, ms.
        max_interval: Longest pause drawn between two slots, ms.
        typing: How long before its slot "typing" is shown, ms; 0 for never. Nothing ever waits for it.
        reply_share: Percent of each window that only replies may use.
        warmup: How a new number starts.
        new_contacts: People written to for the first time in any 24 h, after the warm-up; ``None`` for no limit.
        quiet: When campaigns rest.
        spacing: Shortest time between two messages to one person, ms; replies are free of it.
        duplicate_window: How long the same person is not told the same again, ms.
        on_duplicate: What happens to such a message.
        require_consent: Whether marketing needs a recorded consent.
        allow_groups: Whether groups may be written to.
    """

    per_minute: int
    per_hour: int
    per_day: int
    min_interval: int
    max_interval: int
    typing: int = 0
    reply_share: int = 0
    warmup: WarmUp | None = None
    new_contacts: int | None = None
    quiet: QuietHours | None = None
    spacing: int = 0
    duplicate_window: int = 0
    on_duplicate: OnDuplicate = OnDuplicate.BLOCK
    require_consent: bool = True
    allow_groups: bool = True

    def __post_init__(self) -> None:
        """Refuse a policy that contradicts itself."""
        if not 1 <= self.per_minute <= self.per_hour <= self.per_day:
            raise InvalidInput("limits must satisfy 1 <= per_minute <= per_hour <= per_day", "/policy")
        if not 0 <= self.min_interval <= self.max_interval:
            raise InvalidInput("intervals must satisfy 0 <= min_interval <= max_interval", "/policy")
        if self.typing and not SHORTEST_TYPING <= self.typing <= LONGEST_TYPING:
            raise InvalidInput("typing must be 0, or from 1,000 to 4,000 ms", "/policy")
        if not 0 <= self.reply_share <= LARGEST_REPLY_SHARE:
            raise InvalidInput("reply_share must be from 0 to 50 percent", "/policy/reply_share")
        if self.new_contacts is not None and self.new_contacts < 1:
            raise InvalidInput("new_contacts must be at least 1, or null for no limit", "/policy/new_contacts")
        if not 0 <= self.spacing <= LONGEST_MEMORY:
            raise InvalidInput("spacing must be from 0 to 30 days", "/policy/spacing")
        if not 0 <= self.duplicate_window <= LONGEST_MEMORY:
            raise InvalidInput("duplicate_window must be from 0 to 30 days", "/policy/duplicate_window")
        self._agree()

    def _agree(self) -> None:
        """Refuse what single figures allow and together make no sense."""
        if self.min_interval * self.per_day > DAY:
            raise InvalidInput("min_interval leaves no room for per_day messages in 24 h", "/policy/min_interval")
        if self.warmup is None:
            return
        if self.warmup.first_day > self.per_day:
            raise InvalidInput("the warm-up starts above per_day", "/policy/warmup/first_day")
        if self.new_contacts is not None and self.warmup.new_contacts > self.new_contacts:
            raise InvalidInput(
                "the warm-up allows more new contacts than the time after it", "/policy/warmup/new_contacts"
            )

    def day_limit(self, warmup_age: int) -> int:
        """Messages in any 24 h for a number whose warm-up began ``warmup_age`` ms ago."""
        warm = self.warmup.day_limit(warmup_age) if self.warmup else None
        return self.per_day if warm is None else min(warm, self.per_day)

    def new_contact_limit(self, warmup_age: int) -> int | None:
        """People written to for the first time in any 24 h; ``None`` for no limit."""
        if self.warmup and self.warmup.lasts(warmup_age):
            return self.warmup.new_contacts
        return self.new_contacts


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

PRESETS: Mapping[Preset, Figures] = {
    Preset.CONSERVATIVE: Figures(CONSERVATIVE, FigureSource.OPERATOR_REPORTS, Solidity.EXPERIENCE),
    Preset.MODERATE: Figures(MODERATE, FigureSource.OPERATOR_REPORTS, Solidity.EXPERIENCE),
}


def preset_of(policy: Policy) -> Preset | None:
    """The preset whose figures these are; ``None`` for figures of one's own."""
    return next((preset for preset, figures in PRESETS.items() if figures.policy == policy), None)
