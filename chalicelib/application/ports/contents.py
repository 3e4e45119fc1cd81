"""Where message contents live: apart from the intent, so that a status change never pays for the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content


class Contents(Protocol):
    """Stores contents under the intent's id and the request's fingerprint.

    So a twin request with another body overwrites nothing.
    """

    def put(self, intent: Intent, content: Content) -> None:
        """Store the content of an intent that is about to be created."""

    def get_many(self, intents: Sequence[Intent]) -> dict[str, Content]:
        """Contents by intent id; missing ones are missing."""
