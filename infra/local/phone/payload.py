"""Reads request bodies as strictly as the bridge does, and wraps answers in its envelope.

The bridge is written in Go: a body is decoded into typed fields, names match in any case, a missing field or a null is
the type's zero value, unknown fields are ignored, and a value of another type refuses the whole body.
"""

import json
from typing import TypeVar

from flask import Response, jsonify

_T = TypeVar("_T")


class PayloadError(Exception):
    """The body is empty, not a JSON object, or has a value of the wrong type."""


class Payload:
    """A decoded body with typed access; every reader raises PayloadError for a value of another type.

    Args:
        raw: The body as it came.

    Raises:
        PayloadError: The body is not one JSON object.
    """

    def __init__(self, raw: bytes) -> None:
        try:
            value: object = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise PayloadError("the body is not JSON") from error
        if not isinstance(value, dict):
            raise PayloadError("the body is not an object")
        self._fields: dict[str, object] = {name.lower(): item for name, item in value.items()}

    def text(self, name: str) -> str:
        """Returns a string field, "" when missing."""
        return _whole(self._typed(name, str, ""))

    def flag(self, name: str) -> bool:
        """Returns a boolean field, False when missing."""
        return self._typed(name, bool, default=False)

    def number(self, name: str) -> int:
        """Returns an integer field, 0 when missing."""
        value = self._typed(name, int, 0)
        if isinstance(value, bool):
            raise PayloadError(f"{name} is not a number")
        return value

    def decimal(self, name: str) -> float:
        """Returns a number field, 0 when missing."""
        value = self._fields.get(name.lower())
        if value is None:
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PayloadError(f"{name} is not a number")
        return float(value)

    def texts(self, name: str) -> list[str]:
        """Returns a list of strings, empty when missing."""
        items: list[object] = self._typed(name, list, [])
        return [_whole(_checked(name, item, str)) for item in items]

    def check_object(self, name: str) -> None:
        """Refuses the body when a field that must be an object is something else."""
        self._typed(name, dict, {})

    def _typed(self, name: str, kind: type[_T], default: _T) -> _T:
        value = self._fields.get(name.lower())
        return default if value is None else _checked(name, value, kind)


def peek(raw: bytes, name: str) -> str | None:
    """Returns a string field of a body that may be anything, or None: for the request log."""
    try:
        return Payload(raw).text(name) or None
    except PayloadError:
        return None


def ok(data: object, status: int = 200) -> Response:
    """Returns the bridge's envelope of success."""
    return _answer(status, {"code": status, "data": data, "success": True})


def fail(status: int, error: str, **extra: str) -> Response:
    """Returns the bridge's envelope of failure."""
    return _answer(status, {"code": status, "error": error, "success": False, **extra})


def _answer(status: int, envelope: dict[str, object]) -> Response:
    response = jsonify(envelope)
    response.status_code = status
    return response


def _checked(name: str, value: object, kind: type[_T]) -> _T:
    if not isinstance(value, kind):
        raise PayloadError(f"{name} is not a {kind.__name__}")
    return value


def _whole(text: str) -> str:
    """Replaces halves of surrogate pairs, which JSON can carry and UTF-8 cannot."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
