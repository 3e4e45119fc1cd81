"""Counts what a list's newest rows tell: how much was sent, waits or failed, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.listing import EXCEPTIONS, IN_FLIGHT
from chalicelib.domain.status import Status
from chalicelib.domain.values import HOUR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.listing import IntentRow

# What messages without a reason count as.
APPROVED = "APPROVED"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of the messages accepted since ``since`` (ms).

    Attributes:
        since: From when on the counts are complete: the instant asked for, or the oldest row that was looked at.
        whole: Whether that is the instant asked for.
        classes: How many, by status class.
        reasons: How many of those accepted since ``reasons_since``, by the reason why they wait, were refused or
            failed; ``APPROVED`` for those that the Gate let go.
        reasons_since: An hour ago, or the oldest row that was looked at when that is younger, ms.
        waiting: How many wait, whenever they were accepted, as far as rows were looked at.
        in_flight: How many are on their way, likewise.
        lags: How long sent ones took, ms, shortest first.
        oldest_in_flight: When the oldest that is on its way was accepted, ms; ``None`` when none is.
    """

    since: int
    whole: bool
    classes: Mapping[str, int]
    reasons: Mapping[str, int]
    reasons_since: int
    waiting: int
    in_flight: int
    lags: tuple[int, ...]
    oldest_in_flight: int | None

    @property
    def sent(self) -> int:
        """How many were sent."""
        return self.classes.get(Status.SENT, 0)

    @property
    def exceptions(self) -> int:
        """How many somebody may want to look at."""
        return sum(self.classes.get(status, 0) for status in EXCEPTIONS)

    def lag(self, share: float) -> int | None:
        """The time within which this share (0 to 1) of the sent ones left, ms; ``None`` when none was sent."""
        return self.lags[min(len(self.lags) - 1, int(len(self.lags) * share))] if self.lags else None


def tally(rows: Sequence[IntentRow], looked_at: int, since: int, now: int, instance_id: str | None = None) -> Tally:
    """Count rows.

    Args:
        rows: The newest ones, newest first.
        looked_at: How many were asked for: as many rows as that may have older ones behind them.
        since: From when on to count, ms.
        now: The instant of counting, ms.
        instance_id: Only what belongs to this number is counted; ``None`` for everything.
    """
    oldest = rows[-1].created_at if len(rows) >= looked_at else 0
    rows = [row for row in rows if instance_id in {None, row.instance_id}]
    begin, recent = max(since, oldest), max(now - HOUR, oldest)
    counted = [row for row in rows if row.created_at >= begin]
    in_flight = [row.created_at for row in rows if row.status_class == IN_FLIGHT]
    return Tally(
        since=begin,
        whole=begin == since,
        classes=Counter(row.status_class for row in counted),
        reasons=Counter(row.reason or APPROVED for row in rows if row.created_at >= recent),
        reasons_since=recent,
        waiting=sum(row.status_class == Status.QUEUED for row in rows),
        in_flight=len(in_flight),
        lags=tuple(sorted(row.lag for row in counted if row.lag is not None)),
        oldest_in_flight=min(in_flight, default=None),
    )
