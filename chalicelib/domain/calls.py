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
        last_at: When the latest one started, ms.
        minute: The calls of the last minute, in the same kind of window that slots are counted in.
    """

    last_at: int = 0
    minute: Window = EMPTY.minute

    def free_at(self, at: int, limit: int, pause: int) -> int:
        """Earliest start (ms) of another call from ``at`` on: at most ``limit`` in any 60 s, and ``pause`` ms apart."""
        return self.minute.free_at(max(at, self.last_at + pause), limit)

    def add(self, at: int) -> Calls:
        """With one more call that started at ``at`` (ms)."""
        return replace(self, last_at=max(at, self.last_at), minute=self.minute.add(at))
