"""Pointers to kept provider events, worked on one by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.entrypoints.events.batch_response import batch_response

if TYPE_CHECKING:
    from chalice.app import SQSEvent

    from chalicelib.entrypoints.events.batch_response import BatchResponse


def ingest(event: SQSEvent) -> BatchResponse:
    """Work on a batch; an event that cannot be worked on ends in the dead letters, never in a log alone."""
    failed: list[str] = []
    for record in event.to_dict()["Records"]:
        try:
            services().ingestion.work(json.loads(record["body"])["event_id"])
        except Exception:  # noqa: BLE001 - one poison event must not take its neighbours along
            services().journal.failure("provider event not worked on", message_id=record["messageId"])
            failed.append(record["messageId"])
    return batch_response(failed)
