"""The read side: what clients and the panel see of intents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotFound
from chalicelib.domain.values import is_id

if TYPE_CHECKING:
    from chalicelib.application.ports.contents import Contents
    from chalicelib.application.ports.intents import Intents, Page
    from chalicelib.domain.intent import Intent, Status
    from chalicelib.domain.values import Content


@dataclass(frozen=True, slots=True)
class IntentQueries:
    """Answers questions about one organization's intents."""

    intents: Intents
    contents: Contents

    def one(self, organization_id: str, intent_id: str) -> tuple[Intent, Content | None]:
        """One intent with its content, strongly consistent; an old one may have outlived its content.

        Raises:
            NotFound: Unknown here; another organization's intent answers exactly the same.
        """
        intent = self.intents.get(intent_id) if is_id(intent_id, "int") else None
        if intent is None or intent.organization_id != organization_id:
            raise NotFound("There is no such message intent.")
        return intent, self.contents.get_many([intent]).get(intent.id)

    def page(self, organization_id: str, status: Status | None, after: str | None, limit: int) -> Page:
        """One page of the organization's intents, newest first."""
        return self.intents.page(organization_id, status, after, limit)
