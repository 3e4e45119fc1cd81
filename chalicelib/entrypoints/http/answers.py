"""Answers in JSON: a model, serialized once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

if TYPE_CHECKING:
    from pydantic import BaseModel


def json_answer(body: BaseModel, status: int = 200, *, replayed: bool = False) -> Response:
    """The model as an answer; ``replayed`` says that an earlier request with the same idempotency key did it."""
    headers: dict[str, str | list[str]] = {"Content-Type": "application/json"}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(body.model_dump_json(), status_code=status, headers=headers)
