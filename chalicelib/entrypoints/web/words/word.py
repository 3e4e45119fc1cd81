"""One code in words: its badge, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Word:
    """A code in words.

    Attributes:
        kind: Kind of its badge: ``go``, ``wait``, ``stop``, ``doubt``, ``info`` or ``plain``.
        label: A few words, for a badge.
        meaning: A sentence: what it means, what happens next or what to do. May be empty.
    """

    kind: str
    label: str
    meaning: str = ""

    def told(self, gettext: Callable[[str], str]) -> Word:
        """The same in another language; an empty sentence stays empty (gettext gives its header for one)."""
        return Word(self.kind, gettext(self.label), gettext(self.meaning) if self.meaning else "")


def inline(label: str) -> str:
    """A label in the middle of a line."""
    return label[:1].lower() + label[1:]
