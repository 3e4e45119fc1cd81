"""What every invocation has around it: its id on each log line, its counters written at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap import services

if TYPE_CHECKING:
    from collections.abc import Callable


def around(event: Any, get_response: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - Chalice's middleware signature
    """Chalice middleware for all handlers."""
    journal = services().journal
    journal.begin(request_id_of(event))
    try:
        return get_response(event)
    finally:
        journal.end()


def request_id_of(event: Any) -> str:  # noqa: ANN401 - a Chalice request or event
    """The invocation's id: the gateway's for a request, Lambda's for everything else."""
    context = getattr(event, "context", None)
    if isinstance(context, dict):
        return str(context.get("requestId", ""))
    return str(getattr(context, "aws_request_id", ""))
