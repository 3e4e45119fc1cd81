"""Makes one SVG sprite of exactly the icons the panel uses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from infra.errors import InfraError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NOTICE = "<!-- Icons: Lucide. Copyright (c) Lucide Icons and Contributors. ISC License. -->"


def sprite(names: Iterable[str], collection: Path) -> str:
    """Draw the named icons as symbols, each with its name as its id.

    Args:
        names: Names in Lucide's own words, or its former ones.
        collection: The set's `icons.json`.

    Returns:
        The SVG file's text.

    Raises:
        InfraError: If the set has no icon of a name.
    """
    found = json.loads(collection.read_text())
    box = f"0 0 {found['width']} {found['height']}"
    symbols = [f'<symbol id="{name}" viewBox="{box}">{_body(name, found)}</symbol>' for name in names]
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', _NOTICE, *symbols, "</svg>", ""])


def _body(name: str, found: dict[str, dict[str, dict[str, str]]]) -> str:
    current = found["aliases"].get(name, {}).get("parent", name)
    if current not in found["icons"]:
        raise InfraError(f"static/icons.txt names the icon {name!r}, which Lucide does not have: see lucide.dev/icons")
    return found["icons"][current]["body"]
