"""The calls that left a number lately, whichever worker made them: the pace holds on the wire, not only in slots.

A slot says when a message may leave. Workers come late, attempts are repeated, and batches of one number follow each
other: so each hands on to the next when calls began, together with the number's lane.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.usage import EMPTY

if TYPE_CHECKING:
    from chalicelib.domain.window import Window


@dataclass(frozen=True, slots=True)
class Calls:
    """What left a number lately.

    Attributes:
        next_at: Earliest start of the next call, ms.
        minute: The calls of the last minute, in the same kind of window that slots are counted in.
    """

    next_at: int = 0
    minute: Window = EMPTY.minute

    def free_at(self, at: int, limit: int) -> int:
        """Earliest start (ms) of another call from ``at`` on, with at most ``limit`` in any 60 s."""
        return self.minute.free_at(max(at, self.next_at), limit)

    def add(self, at: int, pause: int) -> Calls:
        """With one more call that started at ``at`` (ms); the next starts ``pause`` ms later at the earliest."""
        return replace(self, next_at=at + pause, minute=self.minute.add(at))
