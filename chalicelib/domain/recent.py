"""What was lately meant for a person and which of it got a slot: the memory behind spacing, duplicates and "known"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# So many intents are remembered per contact: the item stays small.
KEPT_INTENTS = 10


@dataclass(frozen=True, slots=True)
class RecentIntent:
    """An intent for a person, and what the Gate reserved for it.

    Attributes:
        intent_id: Which intent.
        at: When it was accepted, ms.
        instance_id: The number it was approved for; ``None`` while nothing is reserved.
        slot: When it may leave, ms; 0 while nothing is reserved.
        likeness: What it says, see ``domain/likeness.py``; known once it is approved.
    """

    intent_id: str
    at: int
    instance_id: str | None = None
    slot: int = 0
    likeness: str = ""

    @property
    def latest(self) -> int:
        """Its latest instant, ms: the slot, or else when it was accepted."""
        return max(self.at, self.slot)


@dataclass(frozen=True, slots=True)
class Outbound:
    """When a person was written to from one number, as far as the single messages are forgotten: slots, ms."""

    first: int
    last: int

    def joined(self, other: Outbound | None) -> Outbound:
        """Both spans as one."""
        return Outbound(min(self.first, other.first), max(self.last, other.last)) if other else self


def remembered(entries: Iterable[RecentIntent]) -> tuple[tuple[RecentIntent, ...], tuple[RecentIntent, ...]]:
    """The entries that are kept, newest last, and those that make way.

    What never got a slot makes way before what did, so that refusals cannot push out what was really sent; the newest
    is always kept.
    """
    kept = sorted(entries, key=lambda one: one.latest)
    gone: list[RecentIntent] = []
    while len(kept) > KEPT_INTENTS:
        oldest = next((one for one in kept[:-1] if one.instance_id is None), kept[0])
        kept.remove(oldest)
        gone.append(oldest)
    return tuple(kept), tuple(gone)
