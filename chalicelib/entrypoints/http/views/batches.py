"""Turns batches into the shapes of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.batch import DECIDED_AT_ONCE
from chalicelib.domain.status import Status
from chalicelib.entrypoints.http.schemas.batches import BatchResult, BatchView
from chalicelib.entrypoints.http.schemas.fields import instant
from chalicelib.entrypoints.http.schemas.message_intents import AcceptedBatch as AcceptedBatchView
from chalicelib.entrypoints.http.views.message_intents import detail

if TYPE_CHECKING:
    from chalicelib.application.batches import BatchPage
    from chalicelib.application.intake import AcceptedBatch
    from chalicelib.domain.intent import Intent
    from chalicelib.entrypoints.web.words.times import Times

_UNKEYED = (
    "There was no Idempotency-Key: the same request again would be other messages. Send one to be able to ask again."
)


def accepted(batch: AcceptedBatch, times: Times, url: str, *, keyed: bool) -> AcceptedBatchView:
    """Many accepted messages.

    Args:
        batch: What was accepted.
        times: What speaks to the caller.
        url: Where the batch is found.
        keyed: Whether the request can be repeated.
    """
    at_once = batch.batch.count <= DECIDED_AT_ONCE
    pairs = zip(batch.intents, batch.contents, strict=True)
    return AcceptedBatchView(
        batch_id=batch.batch.id,
        count=batch.batch.count,
        counts={status.value: count for status, count in batch.counts.items()},
        intents=[detail(intent, content, times) for intent, content in pairs] if at_once else None,
        url=url,
        notice=None if keyed else _UNKEYED,
    )


def shown(page: BatchPage, cursor: str | None) -> BatchView:
    """One page of a batch."""
    batch, counts = page.batch, page.counts
    stored = None if counts is None else sum(counts.values())
    return BatchView(
        id=batch.id,
        created_at=str(instant(batch.created_at)),
        count=batch.count,
        accepted=stored,
        decided=None if counts is None or stored is None else stored - counts.get(Status.PENDING, 0),
        counts=None if counts is None else {status.value: count for status, count in counts.items()},
        data=[_result(index, one) for index, one in enumerate(page.intents, start=page.start)],
        next_cursor=cursor,
        has_more=cursor is not None,
    )


def _result(index: int, intent: Intent | None) -> BatchResult:
    return BatchResult(
        index=index,
        id=intent.id if intent else None,
        status=intent.status if intent else None,
        reason=intent.reason if intent else None,
        delivery=intent.delivery if intent else None,
        instance_id=(intent.instance_id or intent.request.instance_id) if intent else None,
        external_id=intent.request.external_id if intent else None,
    )
