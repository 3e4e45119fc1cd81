"""Query parameters and headers, read strictly: an unknown or misspelt one is an error, not a silent default."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalice.app import MultiDict

from chalicelib.entrypoints.http.problems import BadRequest

if TYPE_CHECKING:
    from chalice.app import Request

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
_WHOLE = re.compile(r"[0-9]{1,3}")
LONGEST_KEY = 255


def query_parameters(request: Request, known: frozenset[str]) -> dict[str, str]:
    """The request's query parameters.

    Raises:
        BadRequest: One is unknown, or given twice.
    """
    given = request.query_params or MultiDict({})
    for name in given:
        if name not in known:
            hint = f"Known here: {', '.join(sorted(known))}." if known else "There are none here."
            raise BadRequest(f"{name}: unknown parameter. {hint}")
        if len(given.getlist(name)) > 1:
            raise BadRequest(f"{name}: given more than once.")
    return {name: given[name] for name in given}


def limit_of(parameters: dict[str, str]) -> int:
    """The page size.

    Raises:
        BadRequest: Not a whole number from 1 to 200.
    """
    text = parameters.get("limit", str(DEFAULT_LIMIT))
    if not (_WHOLE.fullmatch(text) and 1 <= int(text) <= LARGEST_LIMIT):
        raise BadRequest(f"limit: must be a whole number from 1 to {LARGEST_LIMIT}.")
    return int(text)


def idempotency_key(request: Request) -> str | None:
    """The ``Idempotency-Key`` header, without the quotes some clients put around it.

    Raises:
        BadRequest: It is empty, too long, or not printable ASCII.
    """
    key: str | None = request.headers.get("idempotency-key")
    if key is None:
        return None
    bare = key.strip().removeprefix('"').removesuffix('"')
    if not 1 <= len(bare) <= LONGEST_KEY or not (bare.isascii() and bare.isprintable()):
        raise BadRequest(f"Idempotency-Key: must be 1 to {LONGEST_KEY} printable ASCII characters.")
    return bare
