"""The figures of a policy in words: what each is called, in which group people look for it, what its values mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.figures import Figure
from chalicelib.domain.policy import OnDuplicate, OnUnconfirmed
from chalicelib.domain.quiet import QuietScope, QuietZone
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

# A label, and what has to be known to fill it in.
FIGURES: Mapping[Figure, Word] = {
    Figure.PER_MINUTE: Word("plain", mark("Messages a minute")),
    Figure.PER_HOUR: Word("plain", mark("Messages an hour")),
    Figure.PER_DAY: Word("plain", mark("Messages a day"), mark("In any 24 hours.")),
    Figure.MIN_INTERVAL: Word("plain", mark("Shortest pause")),
    Figure.MAX_INTERVAL: Word("plain", mark("Longest pause"), mark("Each pause is drawn anew between the two.")),
    Figure.TYPING: Word("plain", mark("“Typing” is shown for"), mark("0 for never. No message waits for it.")),
    Figure.REPLY_SHARE: Word("plain", mark("Kept for replies"), mark("Part of each limit that only replies may use.")),
    Figure.WARMUP_DAYS: Word("plain", mark("Days of warm-up"), mark("Counted from the first connection.")),
    Figure.WARMUP_FIRST_DAY: Word("plain", mark("Messages on the first day")),
    Figure.WARMUP_GROWTH: Word("plain", mark("Each day, of the day before"), mark("180 % is 1.8 times as many.")),
    Figure.WARMUP_NEW_CONTACTS: Word("plain", mark("New contacts a day while it lasts")),
    Figure.QUIET_START: Word("plain", mark("Quiet from")),
    Figure.QUIET_END: Word("plain", mark("Quiet until")),
    Figure.QUIET_ZONE: Word("plain", mark("By whose clock")),
    Figure.QUIET_SCOPE: Word("plain", mark("What rests"), mark("Replies never do.")),
    Figure.NEW_CONTACTS: Word(
        "plain", mark("New contacts a day"), mark("People written to for the first time. Left open, there is no limit.")
    ),
    Figure.SPACING: Word(
        "plain", mark("Between two messages to one person"), mark("0 for no pause. Replies are free of it.")
    ),
    Figure.REQUIRE_CONSENT: Word("plain", mark("Marketing needs a recorded consent")),
    Figure.ALLOW_GROUPS: Word("plain", mark("Groups may be written to")),
    Figure.DUPLICATE_WINDOW: Word(
        "plain", mark("The same is not said twice within"), mark("To the same person. 0 switches it off.")
    ),
    Figure.ON_DUPLICATE: Word("plain", mark("What would say it twice")),
    Figure.ON_UNCONFIRMED: Word(
        "plain",
        mark("What stays unconfirmed"),
        mark(
            "It may or may not have left, and can no longer be repeated safely. Failed, it may have arrived all the"
            " same; sent once more, the recipient may get it twice."
        ),
    ),
}

ZONES: Mapping[str, str] = {
    QuietZone.ORGANIZATION: mark("the organization's"),
    QuietZone.RECIPIENT: mark("the recipient's"),
}
SCOPES: Mapping[str, str] = {QuietScope.CAMPAIGNS: mark("campaigns and marketing"), QuietScope.ALL: mark("everything")}
DUPLICATES: Mapping[str, str] = {OnDuplicate.BLOCK: mark("is refused"), OnDuplicate.WAIT: mark("waits until then")}
DOUBTS: Mapping[str, str] = {
    OnUnconfirmed.HOLD: mark("waits for a receipt until it expires, then fails"),
    OnUnconfirmed.FAIL: mark("fails at once"),
    OnUnconfirmed.RESEND: mark("is sent once more, perhaps for the second time"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that belong together.

    Attributes:
        title: What they are about.
        figures: Which, in order.
        rule: The rule that can be switched off with all of them; empty where there is none.
        switch: What switches it on.
    """

    title: str
    figures: tuple[Figure, ...]
    rule: str = ""
    switch: str = ""


def _of(rule: str) -> tuple[Figure, ...]:
    return tuple(figure for figure in Figure if figure.startswith(f"{rule}."))


GROUPS = (
    Group(mark("Pace"), tuple(Figure)[: list(Figure).index(Figure.WARMUP_DAYS)]),
    Group(mark("Warm-up"), _of("warmup"), "warmup", mark("New numbers warm up")),
    Group(mark("Quiet hours"), _of("quiet"), "quiet", mark("There are quiet hours")),
    Group(mark("People"), (Figure.NEW_CONTACTS, Figure.SPACING, Figure.REQUIRE_CONSENT, Figure.ALLOW_GROUPS)),
    Group(mark("Duplicates"), (Figure.DUPLICATE_WINDOW, Figure.ON_DUPLICATE)),
    Group(mark("Unconfirmed"), (Figure.ON_UNCONFIRMED,)),
)
OFF = mark("off")
