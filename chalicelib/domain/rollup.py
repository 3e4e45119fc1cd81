"""What is counted by the hour, for a number and for its organization: derived from events, each of them once.

Counts only ever add up, so hours, shards and numbers can be summed in any order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain.intent import Intent, apply
from chalicelib.domain.listing import send_lag
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from chalicelib.domain.timeline import Event

# Beside every type of event: attempts that followed another one, and how long sent messages took (``send_lag``),
# by the bound they stayed within and altogether.
RETRIES, LAG, LAG_TOTAL = "retries", "lag", "lag_total"
LAG_BOUNDS = tuple(seconds * SECOND for seconds in (1, 2, 5, 10, 20, 30)) + tuple(
    minutes * MINUTE for minutes in (1, 2, 5, 15, 60)
)
# Longer than every bound.
_BEYOND = "beyond"

# How often what happened, for which reason or class (empty where there is none).
Counts = Counter[tuple[str, str]]


class Hour(NamedTuple):
    """An hour (UTC) of a subject: the id of a number or an organization, and when the hour began, ms."""

    subject: str
    began_at: int


def hour_of(at: int) -> int:
    """When the hour of an instant began, both ms."""
    return at - at % HOUR


def additions(intent: Intent, before: int) -> dict[Hour, Counts]:
    """What those events of an intent add that it did not have yet when it had ``before`` events."""
    added: dict[Hour, Counts] = {}
    for event, then in _steps(intent):
        if event.seq > before:
            for subject in _subjects(then):
                added.setdefault(Hour(subject, hour_of(event.at)), Counter()).update(_counts(event, then))
    return added


def _steps(intent: Intent) -> Iterator[tuple[Event, Intent]]:
    """Each event, and the intent right after it."""
    blank = Intent(intent.id, intent.organization_id, intent.request)
    states = accumulate(intent.timeline, apply, initial=blank)
    next(states)
    return zip(intent.timeline, states, strict=True)


def _subjects(intent: Intent) -> Iterator[str]:
    yield intent.organization_id
    number = intent.instance_id or intent.request.instance_id
    if number is not None:
        yield number


def _counts(event: Event, then: Intent) -> Counts:
    why = event.data.get("code" if event.type is EventType.ATTEMPT_FAILED else "reason")
    counts: Counts = Counter({(event.type.value, str(why or "")): 1})
    if event.type is EventType.CLAIMED and then.attempts > 1:
        counts[RETRIES, ""] += 1
    lag = send_lag(then) if event.type is EventType.SENT else None
    if lag is not None:
        counts[LAG, _within(lag)] += 1
        counts[LAG_TOTAL, ""] += lag
    return counts


def _within(lag: int) -> str:
    place = bisect_left(LAG_BOUNDS, lag)
    return str(LAG_BOUNDS[place]) if place < len(LAG_BOUNDS) else _BEYOND


@dataclass(frozen=True, slots=True)
class Rollup:
    """What one shard of the table's stream told about an hour.

    Attributes:
        hour: Whose hour it is.
        shard: The shard; the other shards' counts are added on reading.
        last_seq: The latest of its records that is in the counts.
        counts: How often what happened.
        version: How often it was stored.
    """

    hour: Hour
    shard: str
    last_seq: int = 0
    counts: Counts = field(default_factory=Counter)
    version: int = 0

    def adding(self, records: Mapping[int, Counts]) -> Rollup:
        """With those records, by their sequence number, that it does not have yet; itself when it has them all."""
        fresh = [seq for seq in records if seq > self.last_seq]
        if not fresh:
            return self
        return replace(self, last_seq=max(fresh), counts=summed([self.counts, *(records[seq] for seq in fresh)]))

    def stored(self) -> Rollup:
        """As it is after a successful write."""
        return replace(self, version=self.version + 1)


def summed(counts: Iterable[Mapping[tuple[str, str], int]]) -> Counts:
    """All of them together."""
    total: Counts = Counter()
    for one in counts:
        total.update(one)
    return total


@dataclass(frozen=True, slots=True)
class Totals:
    """What happened from ``since`` to ``until`` (ms), as far as it has been counted."""

    since: int
    until: int
    counts: Counts

    def total(self, what: str) -> int:
        """How often something happened."""
        return sum(self.by_reason(what).values())

    def by_reason(self, what: str) -> dict[str, int]:
        """The same by its reason or class, in the order of the alphabet."""
        return {why: count for (name, why), count in sorted(self.counts.items()) if name == what}

    @property
    def mean_lag(self) -> int | None:
        """How long sent messages took on average, ms; ``None`` when none was sent."""
        measured = self.total(LAG)
        return self.counts[LAG_TOTAL, ""] // measured if measured else None

    def lag(self, share: float) -> int | None:
        """A bound (ms) within which this share (0 to 1) of the sent ones left; ``None`` when there is none."""
        by_bound, left = self.by_reason(LAG), share * self.total(LAG)
        for bound in LAG_BOUNDS if by_bound else ():
            left -= by_bound.get(str(bound), 0)
            if left <= 0:
                return bound
        return None
