"""Addresses that come from a browser and that we send it to: only ever inside the panel."""

from __future__ import annotations

import re

HOME = "overview"
# Our own paths have no scheme, no host and no way up; what follows a question mark is read strictly by its page.
_OURS = re.compile(r"(?!assets/|api/)[a-z][A-Za-z0-9_/-]{0,200}(\?[\w.~%+=&:@-]{0,1000})?", re.ASCII)


def inside(path: str) -> str:
    """The path if it lies inside the panel; its first page otherwise."""
    return path if _OURS.fullmatch(path) and "//" not in path else HOME
