"""The execution queue's messages, handed to the engine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chalicelib.application.execution.batch import Budget
from chalicelib.application.ports.execution_queue import MESSAGE_VERSION, Order
from chalicelib.bootstrap import services
from chalicelib.entrypoints.events.batch_response import batch_response
from chalicelib.entrypoints.events.messages import messages, names

if TYPE_CHECKING:
    from chalice.app import SQSEvent

    from chalicelib.entrypoints.events.batch_response import BatchResponse

# What an invocation keeps for settling and answering, seconds.
_RESERVE = 2.0


def execute(event: SQSEvent) -> BatchResponse:
    """Carry out a batch; a message that cannot be read goes back, and in the end to the dead letters."""
    orders, unreadable = messages(event, _order)
    remaining = event.context.get_remaining_time_in_millis() / 1000 - _RESERVE  # type: ignore[union-attr]
    margin = int((services().settings.lease_margin_seconds + _RESERVE) * 1000)
    result = services().execution.run(orders, Budget(remaining, margin))
    return batch_response([*unreadable, *result.failed])


def _order(record: dict[str, Any]) -> Order | None:
    try:
        body = json.loads(record["body"])
        version, intent_id, approval, instance_id = (
            body["v"],
            body["intent_id"],
            body["approval"],
            body.get("instance_id"),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if not _is_count(version) or not 1 <= version <= MESSAGE_VERSION or not _is_count(approval):
        return None
    if not names(intent_id, "int") or not (instance_id is None or names(instance_id, "ins")):
        return None
    receives = int(record["attributes"]["ApproximateReceiveCount"])
    return Order(intent_id, approval, record["receiptHandle"], record["messageId"], receives, instance_id)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
