"""A blueprint whose views answer problems: Chalice turns exceptions into responses before middleware sees them."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from chalice.app import Blueprint

from chalicelib.entrypoints.http.problems import answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalice.app import Response


class ApiBlueprint(Blueprint):
    """Routes whose errors are RFC 9457 problems and whose bodies we read ourselves, whatever their type says."""

    def route(self, path: str, **kwargs: Any) -> Callable[[Callable[..., Response]], Callable[..., Response]]:  # noqa: ANN401
        """Register a view; path parameters are passed by name, decoded: API Gateway leaves them as they came."""
        register = super().route(path, content_types=[], **kwargs)

        def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
            @wraps(view)
            def guarded(**parameters: str) -> Response:
                return answered(
                    self.current_request, lambda: view(**{name: unquote(given) for name, given in parameters.items()})
                )

            return register(guarded)  # type: ignore[no-any-return]

        return decorate
