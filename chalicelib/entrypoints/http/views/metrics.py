"""Turns sums of rollups into the shape of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.rollup import LAG, LAG_BOUNDS, RETRIES
from chalicelib.domain.timeline import EventType
from chalicelib.entrypoints.http.schemas.fields import instant
from chalicelib.entrypoints.http.schemas.metrics import (
    AttemptsView,
    DecisionsView,
    LagBucketView,
    LagView,
    MetricsView,
)

if TYPE_CHECKING:
    from chalicelib.domain.rollup import Totals


def shown(totals: Totals, instance_id: str | None) -> MetricsView:
    """What happened to an organization's messages, or to those of one number."""
    total, by_reason = totals.total, totals.by_reason
    return MetricsView(
        since=str(instant(totals.since)),
        until=str(instant(totals.until)),
        instance_id=instance_id,
        accepted=total(EventType.ACCEPTED),
        decisions=DecisionsView(
            approved=total(EventType.APPROVED),
            queued=by_reason(EventType.QUEUED),
            blocked=by_reason(EventType.BLOCKED),
            dropped=by_reason(EventType.DROPPED),
        ),
        attempts=AttemptsView(
            begun=total(EventType.CLAIMED),
            retries=total(RETRIES),
            failed=by_reason(EventType.ATTEMPT_FAILED),
        ),
        sent=total(EventType.SENT),
        unconfirmed=total(EventType.UNCONFIRMED),
        failed=by_reason(EventType.FAILED),
        delivered=total(EventType.DELIVERED),
        read=total(EventType.READ),
        retried_by_people=total(EventType.RETRIED),
        resends_authorised=total(EventType.RESEND_AUTHORISED),
        lag=_lag(totals),
    )


def _lag(totals: Totals) -> LagView:
    by_bound = totals.by_reason(LAG)
    within = [LagBucketView(within_ms=bound, sent=by_bound.get(str(bound), 0)) for bound in LAG_BOUNDS]
    longer = totals.total(LAG) - sum(bucket.sent for bucket in within)
    return LagView(
        mean_ms=totals.mean_lag,
        p50_within_ms=totals.lag(0.5),
        p95_within_ms=totals.lag(0.95),
        buckets=[*within, LagBucketView(within_ms=None, sent=longer)],
    )
