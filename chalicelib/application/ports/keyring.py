"""Secrets as a port: everything secret is derived from one master secret, so nothing else has to be stored."""

from __future__ import annotations

from typing import Protocol


class Keyring(Protocol):
    """Derives secrets."""

    def derive(self, purpose: str, subject: str) -> str:
        """The secret of ``subject`` for ``purpose``: 64 hex digits, always the same for the same stage."""
