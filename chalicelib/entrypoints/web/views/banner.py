"""An alert banner, as every page shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Banner:
    """One alert.

    Attributes:
        kind: ``wait``, ``stop``, ``doubt`` or ``info``.
        title: What happened, to whom, until when.
        lines: Why, since when, what it does to sending, what to do; sentences.
        href: Where to act, below the panel's prefix; empty when one cannot.
        action: What the link or button there says.
        acts: Whether pressing it does it (a form of one button) instead of leading there.
    """

    kind: str
    title: str
    lines: tuple[str, ...]
    href: str = ""
    action: str = ""
    acts: bool = False
