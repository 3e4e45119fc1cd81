"""Where the code that a session waits with is kept for a moment, so that many readers cost one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Code:
    """A code to scan.

    Attributes:
        picture: A ``data:`` URI of a picture; empty while a session was started and shows none yet.
        seen_at: When it was first seen, ms.
        number: 0 for no code yet, 1 for the first of a session, 2 for every later one.
    """

    picture: str
    seen_at: int
    number: int


class Codes(Protocol):
    """Keeps the latest code of an instance."""

    def put(self, instance_id: str, code: Code) -> None:
        """Keep a code instead of the one before."""

    def get(self, instance_id: str) -> Code | None:
        """The latest code (strongly consistent)."""
