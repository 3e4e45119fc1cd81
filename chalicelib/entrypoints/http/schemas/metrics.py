"""The shapes of what happened in the last hours."""

from __future__ import annotations

from pydantic import BaseModel


class DecisionsView(BaseModel):
    """What the Gate said, each time it said something: the same message may wait for several reasons in turn."""

    approved: int
    queued: dict[str, int]
    blocked: dict[str, int]
    dropped: dict[str, int]


class AttemptsView(BaseModel):
    """How many were begun, how many of those followed another one of the same message, and why some failed."""

    begun: int
    retries: int
    failed: dict[str, int]


class LagBucketView(BaseModel):
    """How many messages took at most so long, and longer than the bucket before; ``null`` for all longer ones."""

    within_ms: int | None
    sent: int


class LagView(BaseModel):
    """From when a message might have left until it was known to be sent; shares of a hundred as bounds of buckets."""

    mean_ms: int | None
    p50_within_ms: int | None
    p95_within_ms: int | None
    buckets: list[LagBucketView]


class MetricsView(BaseModel):
    """What happened between two instants, counted when it happened and not when a message was handed in."""

    since: str
    until: str
    instance_id: str | None
    accepted: int
    decisions: DecisionsView
    attempts: AttemptsView
    sent: int
    unconfirmed: int
    failed: dict[str, int]
    delivered: int
    read: int
    retried_by_people: int
    resends_authorised: int
    lag: LagView
