"""Pointers to kept provider events, worked on one by one."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.bootstrap import services
from chalicelib.entrypoints.events.batch_response import batch_response

if TYPE_CHECKING:
    from chalice.app import SQSEvent

    from chalicelib.entrypoints.events.batch_response import BatchResponse


def ingest(event: SQSEvent) -> BatchResponse:
    """Work on a batch; an event that cannot be worked on ends in the dead letters, never in a log alone."""
    journal = services().journal
    failed: list[str] = []
    for record in event.to_dict()["Records"]:
        name = record["messageId"]
        if not isolated(journal, "working on a provider event", partial(_work, record["body"]), message_id=name):
            failed.append(name)
    return batch_response(failed)


def _work(body: str) -> None:
    services().ingestion.work(json.loads(body)["event_id"])
