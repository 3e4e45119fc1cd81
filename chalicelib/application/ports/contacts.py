"""Where contacts and their aliases live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.domain.contact import Alias, Contact


class Contacts(Protocol):
    """Stores contacts; a write succeeds only on the version it was based on."""

    def get_many(self, names: Iterable[tuple[str, str]]) -> dict[str, Contact]:
        """Contacts by id (strongly consistent).

        Args:
            names: Organization id and contact id of each; unknown ones are missing from the answer.
        """

    def save(self, contact: Contact) -> bool:
        """Store a contact derived from the one at ``contact.version``.

        Returns:
            Whether it was stored; ``False`` when somebody else changed it first.
        """

    def owners(self, organization_id: str, aliases: Sequence[Alias]) -> dict[Alias, str]:
        """Contact id by alias (strongly consistent); unknown aliases are missing."""

    def point(self, organization_id: str, alias: Alias, contact_id: str) -> None:
        """Let ``alias`` mean this contact from now on."""
