"""Where message contents live: short ones with their intents, others apart, so that no status change pays for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content

MOST_AT_ONCE = 25


class Contents(Protocol):
    """Stores contents under the intent's id and the request's fingerprint.

    So a twin request with another body overwrites nothing.
    """

    def is_short(self, content: Content) -> bool:
        """Whether an intent keeps a content with it (``Intent.content``), so that it need not be stored apart."""

    def put_many(self, contents: Sequence[tuple[Intent, Content]]) -> None:
        """Store the contents of intents that are about to be created, at most ``MOST_AT_ONCE``."""

    def get_many(self, intents: Sequence[Intent]) -> dict[str, Content]:
        """Contents by intent id, those that intents have with them too; missing ones are missing."""
