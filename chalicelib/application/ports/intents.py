"""Where intents live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.intent import Intent, Status


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Attributes:
        intents: Newest first.
        after: Position to continue from; ``None`` at the end.
    """

    intents: tuple[Intent, ...]
    after: str | None


class Intents(Protocol):
    """Stores intents; a write succeeds only on the version it was based on."""

    def create(self, intent: Intent) -> Intent | None:
        """Store a new intent.

        Returns:
            ``None`` when it was stored; the intent that was there before otherwise, untouched.
        """

    def save(self, intent: Intent, based_on: int) -> None:
        """Store an intent's next state.

        Args:
            intent: The new state.
            based_on: The version it was derived from.

        Raises:
            VersionConflict: The stored version is another one; nothing was written.
        """

    def rearm(self, intent: Intent, due: int) -> None:
        """Move the alarm of an unchanged intent to ``due`` (ms); a newer version is left alone."""

    def get(self, intent_id: str) -> Intent | None:
        """The intent as it is now (strongly consistent)."""

    def get_many(self, intent_ids: Sequence[str]) -> dict[str, Intent]:
        """The intents as they are now (strongly consistent), by id; unknown ids are missing."""

    def page(self, organization_id: str, status: Status | None, after: str | None, limit: int) -> Page:
        """Intents of one organization, newest first; the list itself may lag by a moment, each intent does not.

        Args:
            organization_id: Whose intents.
            status: Only these; ``None`` for all.
            after: Position from the page before.
            limit: At most this many.
        """
