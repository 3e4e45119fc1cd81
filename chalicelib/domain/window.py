"""A sliding window of reserved slots, counted in buckets: small to store and exact under any concurrency.

A window of ``buckets`` x ``size`` milliseconds is counted in ``buckets + 1`` buckets: the extra one holds the part of
the oldest bucket that is still inside. So a window never admits more than its limit, and sustained demand is admitted
at the limit per window plus one bucket. Slots may be added in any order, as long as none is more than ``ahead``
buckets before the newest.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """Counts of reserved slots in consecutive buckets, newest last.

    Attributes:
        size: Length of a bucket, ms.
        buckets: How many buckets make the window.
        ahead: How many buckets before the newest a slot may still be added.
        newest: Index of the newest bucket (``instant // size``).
        counts: Counts of the newest buckets; never more than ``buckets + 1 + ahead``.
        total: Their sum: most questions need no more.
    """

    size: int
    buckets: int
    ahead: int = 0
    newest: int = 0
    counts: tuple[int, ...] = ()
    total: int = 0

    def used(self, at: int) -> int:
        """The most slots in any window that holds ``at`` (ms): what counts against one more slot there."""
        counts = self.counts
        behind = at // self.size - self.newest
        if behind < 0:
            return self._used_before_others(at)
        leaving = len(counts) - 1 + behind - self.buckets
        return sum(counts[leaving:]) if leaving > 0 else self.total

    def _used_before_others(self, at: int) -> int:
        """The same where later buckets are counted already: windows that end in any of them hold ``at``, too."""
        counts, buckets = self.counts, self.buckets
        position = len(counts) - 1 + at // self.size - self.newest
        total = most = sum(counts[max(0, position - buckets) : max(0, position + 1)])
        for end in range(max(0, position + 1), min(len(counts) - 1, position + buckets) + 1):
            leaving = end - buckets - 1
            total += counts[end] - (counts[leaving] if leaving >= 0 else 0)
            most = max(most, total)
        return most

    def free_at(self, at: int, limit: int) -> int:
        """Earliest instant (ms), not before ``at``, at which one more slot fits under ``limit`` (at least 1)."""
        if self.total < limit:
            return at
        while at // self.size < self.newest and self.used(at) >= limit:
            at = (at // self.size + 1) * self.size
        return self._free_after_all(at, limit) if at // self.size >= self.newest else at

    def _free_after_all(self, at: int, limit: int) -> int:
        """The same for an instant that is not before the newest bucket: buckets only leave."""
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
        """The window with one more slot at ``at`` (ms)."""
        kept = self.buckets + 1 + self.ahead
        index = at // self.size
        gap = index - self.newest
        if not self.counts or gap >= kept:
            return self._counting(index, (1,))
        counts = [*self.counts, *[0] * gap]
        position = len(counts) - 1 + min(gap, 0)
        if position < 0:
            counts[:0] = [0] * -position
            position = 0
        counts[position] += 1
        return self._counting(max(index, self.newest), tuple(counts[-kept:]))

    def remove(self, at: int) -> Window:
        """The window without one slot at ``at`` (ms); nothing changes when that bucket has left."""
        position = len(self.counts) - 1 - (self.newest - at // self.size)
        if not 0 <= position < len(self.counts) or not self.counts[position]:
            return self
        counts = list(self.counts)
        counts[position] -= 1
        return self._counting(self.newest, tuple(counts))

    def _counting(self, newest: int, counts: tuple[int, ...]) -> Window:
        """The same window with other counts; by its constructor, since several are made for every slot."""
        return Window(self.size, self.buckets, self.ahead, newest, counts, sum(counts))

    def empty_from(self, at: int) -> bool:
        """Whether no slot is counted in the bucket of ``at`` (ms) or after it."""
        position = len(self.counts) - 1 - (self.newest - at // self.size)
        return not any(self.counts[max(0, position) :])
