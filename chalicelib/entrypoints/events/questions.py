"""The gate queue's messages, handed to the Gate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chalicelib.application.ports.gate_queue import BATCH, MESSAGE_VERSION, Question
from chalicelib.application.simulating import Budget
from chalicelib.bootstrap import services
from chalicelib.domain.parking import line_in, subject_of
from chalicelib.domain.values import is_id
from chalicelib.entrypoints.events.batch_response import batch_response
from chalicelib.entrypoints.events.messages import messages

if TYPE_CHECKING:
    from chalice.app import SQSEvent

    from chalicelib.entrypoints.events.batch_response import BatchResponse

# What an invocation keeps for finishing the last batch of decisions, seconds.
_RESERVE = 8.0


def gate(event: SQSEvent) -> BatchResponse:
    """Answer a batch; a message that cannot be read goes back, and in the end to the dead letters."""
    questions, unreadable = messages(event, _question)
    remaining = event.context.get_remaining_time_in_millis() / 1000  # type: ignore[union-attr]
    began_at = services().clock.monotonic()
    stop_at = began_at + remaining - _RESERVE
    failed = services().questions.answer([one for one in questions if one.simulation is None], stop_at)
    simulations = [one for one in questions if one.simulation is not None]
    if simulations:
        failed += services().simulating.go_on(simulations, Budget(began_at, stop_at))
    return batch_response([*unreadable, *failed])


def _question(record: dict[str, Any]) -> Question | None:
    try:
        body = json.loads(record["body"])
        version, organization_id = body["v"], body["organization_id"]
        intent_ids, place, simulation = body.get("intents", []), body.get("place"), body.get("simulation")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if version != MESSAGE_VERSION or not is_id(organization_id, "org") or not isinstance(intent_ids, list):
        return None
    named = all(is_id(name, "int") for name in intent_ids) and 0 < len(intent_ids) <= BATCH
    asked = (named, _is_place(place), is_id(simulation, "sim"))
    if sum(asked) != 1 or (intent_ids and not named):
        return None
    return Question(record["messageId"], organization_id, tuple(intent_ids), place, simulation)


def _is_place(name: object) -> bool:
    if not isinstance(name, str):
        return False
    try:
        line_in(name)
    except ValueError:
        return False
    return any(is_id(subject_of(name), kind) for kind in ("ins", "org", "cmp"))
