"""Styles, scripts and icons, under names that change with their content: a browser fetches each once."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib.domain.errors import NotFound
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.web.languages import BUILT

if TYPE_CHECKING:
    from collections.abc import Mapping

routes = ApiBlueprint(__name__)

_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"


@routes.route("/assets/{name}", methods=["GET"])
def show(name: str) -> Response:
    """One file; only those that the build made exist."""
    if name not in _manifest().values():
        raise NotFound("There is no such file.")
    kind = _KINDS[PurePath(name).suffix]
    headers: dict[str, str | list[str]] = {
        "Content-Type": f"{kind}; charset=utf-8",
        "Cache-Control": _FOREVER,
        "X-Content-Type-Options": "nosniff",
    }
    return Response((BUILT / "assets" / name).read_text(), headers=headers)


def hashed(name: str) -> str:
    """The name under which a file is served."""
    return _manifest()[name]


@lru_cache(maxsize=1)
def _manifest() -> Mapping[str, str]:
    found: dict[str, str] = json.loads((BUILT / "manifest.json").read_text())
    return found
