"""The shapes of batches: how many of a request's messages are where, and each of them in short."""

from __future__ import annotations

from pydantic import BaseModel


class BatchResult(BaseModel):
    """One message of a batch; without an id it was never stored, since the request that brought it broke off."""

    index: int
    id: str | None
    status: str | None
    reason: str | None
    delivery: str | None
    instance_id: str | None
    external_id: str | None


class BatchView(BaseModel):
    """A batch; progress stands on the first page only: ``accepted`` are stored, ``decided`` had the Gate's answer."""

    id: str
    created_at: str
    count: int
    accepted: int | None
    decided: int | None
    counts: dict[str, int] | None
    data: list[BatchResult]
    next_cursor: str | None
    has_more: bool
