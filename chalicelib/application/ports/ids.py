"""Identifiers and tokens as a port: the only source of randomness."""

from __future__ import annotations

from typing import Protocol


class Ids(Protocol):
    """Makes identifiers: a prefix and a ULID, e.g. ``int_01J…``."""

    def new(self, prefix: str) -> str:
        """A fresh id that sorts by time."""

    def derived(self, prefix: str, *parts: str) -> str:
        """The id that belongs to ``parts``: the same parts always give the same id."""

    def token(self) -> str:
        """An unguessable secret, 256 bits, URL-safe."""

    def draw(self) -> float:
        """A random number in [0, 1), for jitter."""
