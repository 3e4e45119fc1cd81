"""The read side: what clients and the panel see of intents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.overview import LOOK
from chalicelib.domain.errors import NotFound
from chalicelib.domain.listing import IntentFilter
from chalicelib.domain.values import is_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.application.ports.contents import Contents
    from chalicelib.application.ports.intents import Intents, Page
    from chalicelib.application.ports.provider import Provider
    from chalicelib.domain.instance import Provider as ProviderName
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content

# So many intents with one id of the client's are found at once.
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class IntentQueries:
    """Answers questions about one organization's intents."""

    intents: Intents
    contents: Contents
    providers: Mapping[ProviderName, Provider]

    def one(self, organization_id: str, intent_id: str) -> tuple[Intent, Content | None]:
        """One intent with its content, strongly consistent; an old one may have outlived its content.

        Raises:
            NotFound: Unknown here; another organization's intent answers exactly the same.
        """
        intent = owned(self.intents, organization_id, intent_id)
        return intent, self.contents.get_many([intent]).get(intent.id)

    def page(self, organization_id: str, wanted: IntentFilter, after: str | None, limit: int) -> Page:
        """One page of the organization's intents that fit, newest first."""
        return self.intents.page(organization_id, wanted, after, limit)

    def several(self, organization_id: str, intent_ids: Sequence[str]) -> tuple[Intent, ...]:
        """Those of the organization's intents that have these ids, in their order, strongly consistent."""
        names = [name for name in intent_ids if is_id(name, "int")]
        known = self.intents.get_many(names) if names else {}
        found = (known[name] for name in intent_ids if name in known)
        return tuple(intent for intent in found if intent.organization_id == organization_id)

    def newest_of_instance(self, organization_id: str, instance_id: str, count: int) -> tuple[Intent, ...]:
        """A number's newest intents, at most ``count``, each as it is now, as far as the newest rows tell."""
        rows = self.intents.rows(organization_id, LOOK)
        return self.several(organization_id, [row.id for row in rows if row.instance_id == instance_id][:count])

    def count_newer(self, organization_id: str, wanted: IntentFilter, than: str) -> int:
        """How many intents that may fit came after a position; a hundred stands for any more."""
        return self.intents.count_newer(organization_id, wanted, than)

    def find(self, organization_id: str, text: str) -> tuple[Intent, ...]:
        """The intents that an id means: our own, a provider's of the message, or the client's own, newest first."""
        wanted = text.strip()
        if not wanted:
            return ()
        names = [wanted, *(provider.intent_of(wanted) for provider in self.providers.values())]
        ids = [name for name in names if name is not None and is_id(name, "int")]
        known = [one for one in self.intents.get_many(ids).values() if one.organization_id == organization_id]
        named = self.intents.page(organization_id, IntentFilter(external_id=wanted), None, MOST_FOUND).intents
        return tuple({intent.id: intent for intent in (*known, *named)}.values())


def owned(intents: Intents, organization_id: str, intent_id: str) -> Intent:
    """One of an organization's intents, strongly consistent.

    Raises:
        NotFound: Unknown here; another organization's intent answers exactly the same.
    """
    intent = intents.get(intent_id) if is_id(intent_id, "int") else None
    if intent is None or intent.organization_id != organization_id:
        raise NotFound("There is no such message intent.")
    return intent
