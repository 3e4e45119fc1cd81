"""ULIDs and tokens from the operating system's randomness."""

from __future__ import annotations

import hashlib
import secrets

from ulid import ULID


class UlidIds:
    """Makes ``prefix_ULID`` identifiers."""

    def new(self, prefix: str) -> str:
        """A fresh id that sorts by time."""
        return f"{prefix}_{ULID()}"

    def derived(self, prefix: str, *parts: str) -> str:
        """The id that belongs to ``parts``; each part is length-prefixed, so no two lists of parts collide."""
        digest = hashlib.sha256()
        for part in parts:
            raw = part.encode()
            digest.update(len(raw).to_bytes(4) + raw)
        return f"{prefix}_{ULID.from_bytes(digest.digest()[:16])}"

    def token(self) -> str:
        """An unguessable secret, 256 bits, URL-safe."""
        return secrets.token_urlsafe(32)

    def draw(self) -> float:
        """A random number in [0, 1)."""
        return secrets.randbelow(1 << 20) / (1 << 20)
