"""A queue batch's answer: exactly the failed messages come back, and there is always an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Failure(TypedDict):
    itemIdentifier: str


class BatchResponse(TypedDict):
    """What Lambda expects; ``None`` would count as full success."""

    batchItemFailures: list[_Failure]


def batch_response(failed: Iterable[str]) -> BatchResponse:
    """The answer that returns these message ids to the queue."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
