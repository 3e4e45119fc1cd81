"""Secrets derived from the stage's master secret in Secrets Manager."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class DerivingKeyring:
    """Derives every secret by HMAC-SHA256 from a master secret of at least 256 random bits.

    With a uniformly random key and distinct labels one HMAC is the expand step of HKDF (RFC 5869) for one block.
    """

    def __init__(self, master: Callable[[], str]) -> None:
        """Create the keyring.

        Args:
            master: Reads the master secret; called once, when the first secret is needed.
        """
        self._read = master
        self._master = b""

    def derive(self, purpose: str, subject: str) -> str:
        """The secret of ``subject`` for ``purpose``: 64 hex digits."""
        if not self._master:
            self._master = self._read().encode()
        label = f"{purpose}\0{subject}".encode()
        return hmac.new(self._master, label, hashlib.sha256).hexdigest()
