"""What one instance has reserved: the counters that make every limit exact under any concurrency.

A sliding window of ``buckets`` x ``size`` milliseconds is counted in ``buckets + 1`` buckets: the extra one holds the
part of the oldest bucket that is still inside. So a window never admits more than its limit, and sustained demand is
admitted at the limit per window plus one bucket.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.values import HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from chalicelib.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Window:
    """Counts of reserved slots in consecutive buckets, newest last.

    Attributes:
        size: Length of a bucket, ms.
        buckets: How many buckets make the window.
        newest: Index of the newest bucket (``instant // size``).
        counts: Counts of the newest ``len(counts)`` buckets; never longer than ``buckets + 1``.
    """

    size: int
    buckets: int
    newest: int = 0
    counts: tuple[int, ...] = ()

    def used(self, at: int) -> int:
        """Slots that count against a slot at ``at`` (ms)."""
        oldest = at // self.size - self.buckets
        keep = self.newest - oldest + 1
        return sum(self.counts[-keep:]) if keep > 0 else 0

    def free_at(self, at: int, limit: int) -> int:
        """Earliest instant (ms), not before ``at``, at which one more slot fits under ``limit``."""
        used = self.used(at)
        oldest = self.newest - len(self.counts) + 1
        for offset, count in enumerate(self.counts):
            if used < limit:
                break
            leaves = (oldest + offset + self.buckets + 1) * self.size
            if leaves > at:
                at, used = leaves, used - count
        return at

    def add(self, at: int) -> Window:
        """The window with one more slot at ``at`` (ms), which is not before any earlier one."""
        index = at // self.size
        gap = index - self.newest
        counts = self.counts if self.counts and gap <= self.buckets else ()
        if counts:
            counts = (*counts, *(0 for _ in range(gap)))
            counts = (*counts[:-1], counts[-1] + 1)
        else:
            counts = (1,)
        return replace(self, newest=index, counts=counts[-(self.buckets + 1) :])

    def remove(self, at: int) -> Window:
        """The window without one slot at ``at`` (ms); nothing changes when that bucket has left."""
        position = len(self.counts) - 1 - (self.newest - at // self.size)
        if not 0 <= position < len(self.counts) or not self.counts[position]:
            return self
        counts = list(self.counts)
        counts[position] -= 1
        return replace(self, counts=tuple(counts))


@dataclass(frozen=True, slots=True)
class Usage:
    """Everything reserved on one instance.

    Attributes:
        instance_id: Whose usage this is.
        next_slot: Earliest instant of the next slot, ms.
        minute: 60 s in buckets of 1 s.
        hour: 60 min in buckets of 1 min.
        day: 24 h in buckets of 1 h.
        version: Stored version this was read at; 0 when nothing is stored yet.
    """

    instance_id: str
    next_slot: int = 0
    minute: Window = Window(SECOND, 60)
    hour: Window = Window(MINUTE, 60)
    day: Window = Window(HOUR, 24)
    version: int = 0

    def slot(self, policy: Policy, now: int) -> int:
        """Earliest instant (ms) that every window and the pace allow."""
        at = max(now, self.next_slot)
        limits = ((self.minute, policy.per_minute), (self.hour, policy.per_hour), (self.day, policy.per_day))
        while (moved := max(window.free_at(at, limit) for window, limit in limits)) > at:
            at = moved
        return at

    def reserve(self, at: int, interval: int) -> Usage:
        """The usage with the slot at ``at`` (ms) taken and the next one ``interval`` ms later."""
        return replace(
            self,
            next_slot=at + interval,
            minute=self.minute.add(at),
            hour=self.hour.add(at),
            day=self.day.add(at),
        )

    def give_back(self, at: int) -> Usage:
        """The usage without the slot at ``at`` (ms). The pace is not moved back: only counts return."""
        return replace(self, minute=self.minute.remove(at), hour=self.hour.remove(at), day=self.day.remove(at))
