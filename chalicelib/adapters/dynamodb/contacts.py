"""Contacts as items, and a pointer for each name that does not lead to its contact by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.contact_memory import FIELDS, pack_memory, unpack_memory
from chalicelib.adapters.dynamodb.packing import pack, unpack
from chalicelib.domain.contact import Contact
from chalicelib.domain.values import DAY, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table
    from chalicelib.domain.contact import Alias

# A contact that nothing happens to is forgotten after this long; one that said what it wants is not.
_KEPT = 400 * DAY
_ELSEWHERE = ("id", "organization_id", "version")


class DynamoContacts:
    """Stores contacts and aliases in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get_many(self, names: Iterable[tuple[str, str]]) -> dict[str, Contact]:
        """Contacts by id."""
        items = self._table.get_many((_pk(*name), "CONTACT") for name in names)
        return {contact.id: contact for contact in map(_contact, items)}

    def save(self, contact: Contact) -> bool:
        """Store a contact's next state on the version it was derived from."""
        item: Item = {
            "pk": _pk(contact.organization_id, contact.id),
            "sk": "CONTACT",
            "body": pack(contact, *_ELSEWHERE, *FIELDS),
            "memory": pack_memory(contact),
            "v": contact.version + 1,
        }
        latest = _latest(contact)
        if contact.preference is None and not contact.consents and latest:
            item["ttl"] = (latest + _KEPT) // SECOND
        return self._table.put_version(item, contact.version) is None

    def owners(self, organization_id: str, aliases: Sequence[Alias]) -> dict[Alias, str]:
        """Contact id by alias."""
        names = {_alias_pk(organization_id, alias): alias for alias in aliases}
        items = self._table.get_many((name, "ALIAS") for name in names)
        return {names[str(item["pk"])]: str(item["contact"]) for item in items}

    def point(self, organization_id: str, alias: Alias, contact_id: str) -> None:
        """Let an alias mean this contact from now on."""
        self._table.put({"pk": _alias_pk(organization_id, alias), "sk": "ALIAS", "contact": contact_id})


def _pk(organization_id: str, contact_id: str) -> str:
    return f"CONTACT#{organization_id}#{contact_id}"


def _alias_pk(organization_id: str, alias: Alias) -> str:
    return f"ALIAS#{organization_id}#{alias.kind}#{alias.value}"


def _contact(item: Item) -> Contact:
    _, organization_id, contact_id = str(item["pk"]).split("#")
    memory = item.get("memory")  # contacts of before there were slots have theirs in the body
    fields = unpack_memory(memory) if isinstance(memory, bytes) else {}
    names = {"id": contact_id, "organization_id": organization_id, "version": int(item["v"])}
    return unpack(Contact, str(item["body"]), **names, **fields)


def _latest(contact: Contact) -> int:
    checked = contact.check.at if contact.check else 0
    written = (span.last for span in contact.outbound.values())
    recent = (known.latest for known in contact.recent)
    return max([contact.last_inbound, checked, *written, *recent, *contact.locks.values()])
