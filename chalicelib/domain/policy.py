"""How fast and to whom a number may send. Every figure is an organization's choice, and none is a guarantee."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.values import DAY, HOUR, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.quiet import QuietHours
    from chalicelib.domain.warmup import WarmUp

# Shorter is not seen, longer is not believed, and the engine would pay for the wait.
SHORTEST_TYPING, LONGEST_TYPING = 1 * SECOND, 4 * SECOND
# Whoever wants longer pauses wants fewer messages.
LONGEST_PAUSE = 1 * HOUR
# Replies may keep at most half of each window to themselves.
LARGEST_REPLY_SHARE = 50
# What was sent to a person is remembered in some recent messages only: longer windows could not be kept.
LONGEST_MEMORY = 30 * DAY


class OnDuplicate(StrEnum):
    """What happens to a message that says what the same person was told a moment ago."""

    BLOCK = "block"
    WAIT = "wait"


class OnUnconfirmed(StrEnum):
    """What happens to a message that may or may not have left, once it cannot be repeated without sending it twice.

    ``HOLD`` waits for a receipt until the message expires, and fails it then. ``FAIL`` fails it at once. ``RESEND``
    sends it once more, under a new message id: the recipient may get it twice.
    """

    HOLD = "hold"
    FAIL = "fail"
    RESEND = "resend"


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one instance that an organization chooses.

    A field at its default is a rule that is off, but for consent: marketing needs one unless that is waived.

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
        on_unconfirmed: What happens to a message that may or may not have left.
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
    on_unconfirmed: OnUnconfirmed = OnUnconfirmed.HOLD

    def __post_init__(self) -> None:
        """Refuse a policy that contradicts itself.

        Raises:
            InvalidInput: It does; the pointer names the figure.
        """
        for name, broken, detail in (*self._figures(), *self._together()):
            if broken:
                raise InvalidInput(detail, f"/policy/{name}")

    def _figures(self) -> Iterator[tuple[str, bool, str]]:
        """What each figure must be: its name, whether it is not, and how it should be."""
        yield "per_minute", self.per_minute < 1, "per_minute must be at least 1"
        yield "per_hour", self.per_hour < self.per_minute, "per_hour must be at least per_minute"
        yield "per_day", self.per_day < self.per_hour, "per_day must be at least per_hour"
        yield "min_interval", self.min_interval < 0, "min_interval must be at least 0"
        yield "max_interval", self.max_interval < self.min_interval, "max_interval must be at least min_interval"
        yield "max_interval", self.max_interval > LONGEST_PAUSE, "max_interval must be at most 1 hour"
        visible = SHORTEST_TYPING <= self.typing <= LONGEST_TYPING
        yield "typing", self.typing != 0 and not visible, "typing must be 0, or from 1,000 to 4,000 ms"
        kept = 0 <= self.reply_share <= LARGEST_REPLY_SHARE
        yield "reply_share", not kept, "reply_share must be from 0 to 50 percent"
        few = self.new_contacts is not None and self.new_contacts < 1
        yield "new_contacts", few, "new_contacts must be at least 1, or null for no limit"
        yield "spacing", not 0 <= self.spacing <= LONGEST_MEMORY, "spacing must be from 0 to 30 days"
        remembered = 0 <= self.duplicate_window <= LONGEST_MEMORY
        yield "duplicate_window", not remembered, "duplicate_window must be from 0 to 30 days"

    def _together(self) -> Iterator[tuple[str, bool, str]]:
        """What single figures allow and together makes no sense."""
        crowded = self.min_interval * self.per_day > DAY
        yield "min_interval", crowded, "min_interval leaves no room for per_day messages in 24 h"
        if self.warmup is None:
            return
        yield "warmup/first_day", self.warmup.first_day > self.per_day, "the warm-up starts above per_day"
        if self.new_contacts is not None:
            more = self.warmup.new_contacts > self.new_contacts
            yield "warmup/new_contacts", more, "the warm-up allows more new contacts than the time after it"

    def day_limit(self, warmup_age: int) -> int:
        """Messages in any 24 h for a number whose warm-up began ``warmup_age`` ms ago."""
        warm = self.warmup.day_limit(warmup_age) if self.warmup else None
        return self.per_day if warm is None else min(warm, self.per_day)

    def new_contact_limit(self, warmup_age: int) -> int | None:
        """People written to for the first time in any 24 h; ``None`` for no limit."""
        if self.warmup and self.warmup.lasts(warmup_age):
            return self.warmup.new_contacts
        return self.new_contacts
