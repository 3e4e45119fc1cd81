"""Secrets that everybody can read."""

from __future__ import annotations


class FakeKeyring:
    """A secret that names what it is for."""

    def derive(self, purpose: str, subject: str) -> str:
        """The same for the same."""
        return f"{purpose}-{subject}"
