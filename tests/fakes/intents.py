"""Intents in a dictionary, listed by the same rules as in the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.application.ports.intents import LONGEST_LOOK, Page
from chalicelib.domain.alarm import Alarm
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.listing import EXCEPTIONS, position, row_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.listing import IntentFilter, IntentRow


class FakeIntents:
    """Intents by id."""

    def __init__(self, longest_look: int = LONGEST_LOOK) -> None:
        self.stored: dict[str, Intent] = {}
        self.longest_look = longest_look

    def create(self, intent: Intent) -> Intent | None:
        """Store unless there."""
        if intent.id in self.stored:
            return self.stored[intent.id]
        self.stored[intent.id] = intent
        return None

    def save(self, intent: Intent, based_on: int) -> None:
        """Store on the right version."""
        if intent.id not in self.stored or self.stored[intent.id].version != based_on:
            raise VersionConflict(intent.id)
        self.stored[intent.id] = intent

    def rearm(self, intent: Intent, due: int) -> None:
        """Move the alarm of an unchanged intent."""
        stored = self.stored.get(intent.id)
        if stored and stored.version == intent.version:
            until = due if stored.until is not None else None
            self.stored[intent.id] = replace(stored, until=until, alarm=Alarm(due=due))

    def get(self, intent_id: str) -> Intent | None:
        """By id."""
        return self.stored.get(intent_id)

    def get_many(self, intent_ids: Sequence[str]) -> dict[str, Intent]:
        """By ids."""
        return {name: self.stored[name] for name in intent_ids if name in self.stored}

    def page(self, organization_id: str, wanted: IntentFilter, after: str | None, limit: int) -> Page:
        """Newest first, among as many as the index that serves the filter may be asked for."""
        left = [one for one in self._newest_first(organization_id) if after is None or position(one) < after]
        looked = [one for one in left if _entered(one, wanted)]
        found = [one for one in looked[: self.longest_look] if wanted.matches(one)]
        shown = tuple(found[:limit])
        if len(found) > limit:
            return Page(shown, position(shown[-1]))
        if len(looked) <= self.longest_look:
            return Page(shown, None)
        last = looked[self.longest_look - 1]
        return Page(shown, position(last), last.created_at if len(shown) < limit else None)

    def rows(self, organization_id: str, limit: int) -> tuple[IntentRow, ...]:
        """Newest first."""
        return tuple(row_of(one) for one in self._newest_first(organization_id)[:limit])

    def count_newer(self, organization_id: str, wanted: IntentFilter, than: str, limit: int = 100) -> int:
        """Exactly those that fit."""
        newer = [one for one in self._newest_first(organization_id) if position(one) > than]
        return sum(wanted.matches(one) for one in newer[:limit])

    def _newest_first(self, organization_id: str) -> list[Intent]:
        mine = [intent for intent in self.stored.values() if intent.organization_id == organization_id]
        return sorted(mine, key=position, reverse=True)


def _entered(intent: Intent, wanted: IntentFilter) -> bool:
    """Whether the index that serves a filter has the intent in its range."""
    if wanted.external_id is not None:
        entered = intent.request.external_id == wanted.external_id
    else:
        entered = intent.status in EXCEPTIONS or not wanted.only_exceptions
    return entered and wanted.spans(intent.created_at)
