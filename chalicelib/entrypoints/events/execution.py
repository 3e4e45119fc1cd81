"""The execution queue's messages, handed to the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.application.execution.batch import Budget
from chalicelib.application.ports.execution_queue import read_order
from chalicelib.bootstrap import services
from chalicelib.entrypoints.events.batch_response import batch_response
from chalicelib.entrypoints.events.messages import messages

if TYPE_CHECKING:
    from chalice.app import SQSEvent

    from chalicelib.application.ports.execution_queue import Order
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
    receives = int(record["attributes"]["ApproximateReceiveCount"])
    return read_order(record["body"], record["receiptHandle"], record["messageId"], receives)
