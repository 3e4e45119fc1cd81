"""Ids that count, so that a failing test reads the same every time."""

from __future__ import annotations

import hashlib

from ulid import ULID


class FakeIds:
    """Sequential ids and tokens; jitter is always half."""

    def __init__(self) -> None:
        self._made = 0

    def new(self, prefix: str) -> str:
        """The next id; as with real ones, there is room for many that follow it."""
        self._made += 1
        return f"{prefix}_{ULID.from_int((1 << 80) + (self._made << 16))}"

    def derived(self, prefix: str, *parts: str) -> str:
        """The id of these parts."""
        digest = hashlib.sha256(repr(parts).encode()).digest()
        return f"{prefix}_{ULID.from_bytes(digest[:16])}"

    def token(self) -> str:
        """The next token."""
        self._made += 1
        return f"token-{self._made}"

    def draw(self) -> float:
        """Half."""
        return 0.5
