"""Chalice's local gateway leaves out the request's id, which the real one always gives: here it is."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalice.app import Chalice


class Gateway:
    """An application that sees every request as API Gateway hands it over."""

    def __init__(self, app: Chalice) -> None:
        self._app = app
        self._numbers = itertools.count(1)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the application has
        return getattr(self._app, name)

    def __call__(self, event: dict[str, Any], context: object) -> Any:  # noqa: ANN401 - the application's answer
        """Answer one request."""
        event["requestContext"]["requestId"] = f"gateway-{next(self._numbers)}"
        return self._app(event, context)
