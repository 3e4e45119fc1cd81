"""Where intents live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.listing import IntentFilter, IntentRow

# One page of a list looks at so many entries of an index at the most.
LONGEST_LOOK = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Attributes:
        intents: Newest first.
        after: Position to continue from; ``None`` at the end.
        searched_until: How far back the page looked, ms, when it looked at all it may and is not full: there may be
            more behind. ``None`` otherwise.
    """

    intents: tuple[Intent, ...]
    after: str | None
    searched_until: int | None = None


class Intents(Protocol):
    """Stores intents; a write succeeds only on the version it was based on."""

    def create(self, intent: Intent) -> Intent | None:
        """Store a new intent, and its content when it has that with it.

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

    def page(self, organization_id: str, wanted: IntentFilter, after: str | None, limit: int) -> Page:
        """Intents that fit exactly, newest first; the list itself may lag by a moment, each intent does not.

        Args:
            organization_id: Whose intents.
            wanted: Which of them.
            after: Position from the page before.
            limit: At most this many.
        """

    def rows(self, organization_id: str, limit: int) -> tuple[IntentRow, ...]:
        """The newest rows of an organization, a moment late; no intent is read for them."""

    def count_newer(self, organization_id: str, wanted: IntentFilter, than: str, limit: int = 100) -> int:
        """How many intents that may fit are newer than a position; a moment late, and no intent is read for it.

        Args:
            organization_id: Whose intents.
            wanted: Which of them, as far as rows tell: in flight they know neither the exact status nor the number
                chosen, so that one too many may be counted, never one too few.
            than: The position.
            limit: At most this many are looked at.
        """
