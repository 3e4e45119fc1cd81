"""Text from outside, made fit to keep: a bridge, or whoever writes to a number, may send anything."""

from __future__ import annotations


def text_of(value: object) -> str:
    """The value if it is a text, without the half characters that no store takes; empty for anything else."""
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else ""
