"""Finds people under any of their names, and keeps what is known of them on one contact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.consent import consent_to
from chalicelib.domain.contact import Alias, AliasKind, Contact, canonical_phone
from chalicelib.domain.errors import NotFound, VersionConflict
from chalicelib.domain.intervention import in_doubt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chalicelib.application.ports.contacts import Contacts
    from chalicelib.application.ports.ids import Ids
    from chalicelib.domain.consent import Consent, Withdrawal
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.preference import Preference
    from chalicelib.domain.values import Category, Target

_TRIES = 8


@dataclass(frozen=True, slots=True)
class ContactBook:
    """One organization's people at a time.

    The id of a contact with a phone, or of a group, is derived from it, so that the Gate finds it without asking for
    aliases. A contact that is only known by a hidden name is merged into that one as soon as an event shows both.
    """

    contacts: Contacts
    ids: Ids

    def id_of(self, organization_id: str, target: Target) -> str:
        """The contact id of a recipient."""
        return self._by_key(organization_id, target.value)

    def recipients(self, organization_id: str, intents: Mapping[str, Target]) -> dict[str, Contact]:
        """The recipients of intents, by intent id; people never heard of are missing."""
        names = {intent_id: self.id_of(organization_id, target) for intent_id, target in intents.items()}
        known = self.contacts.get_many((organization_id, name) for name in dict.fromkeys(names.values()))
        return {intent_id: known[name] for intent_id, name in names.items() if name in known}

    def find(self, organization_id: str, name: Alias | str) -> Contact:
        """The person with this name, or with this contact id.

        Raises:
            NotFound: Nobody of this organization has it.
        """
        contact_id = name if isinstance(name, str) else self._owner(organization_id, [name])
        contact = self._get(organization_id, contact_id) if contact_id else None
        if contact is None:
            raise NotFound("There is no such contact.")
        return self.find(organization_id, contact.merged_into) if contact.merged_into else contact

    def meet(self, organization_id: str, aliases: Sequence[Alias], change: Callable[[Contact], Contact]) -> Contact:
        """Change the person with these names, made known now if need be; all the names mean that person afterwards."""
        contact_id = self._owner(organization_id, aliases) or self._first(organization_id, aliases)
        phone = next((canonical_phone(one.value) for one in aliases if one.kind is AliasKind.PHONE), None)
        return self._named(Contact(contact_id, organization_id, phone), aliases, change)

    def learn(
        self,
        organization_id: str,
        target: Target,
        aliases: Sequence[Alias],
        change: Callable[[Contact], Contact] = lambda contact: contact,
    ) -> Contact:
        """Change a recipient who turned out to have these names, too."""
        return self._named(self.blank(organization_id, target), aliases, change)

    def _named(self, blank: Contact, aliases: Sequence[Alias], change: Callable[[Contact], Contact]) -> Contact:
        """Change a contact and let names mean it; whoever had one of them before is the same person."""
        organization_id, contact_id = blank.organization_id, blank.id
        pointed = [alias for alias in aliases if not self._leads_to(organization_id, alias, contact_id)]
        owners = self.contacts.owners(organization_id, pointed) if pointed else {}
        others = sorted({owner for owner in owners.values() if owner != contact_id})
        same = self.contacts.get_many((organization_id, other) for other in others) if others else {}

        def grown(contact: Contact) -> Contact:
            for other in same.values():
                contact = contact.absorbs(other)
            return change(contact.known_as(aliases))

        after = self.change(blank, grown)
        for alias in pointed:
            if owners.get(alias) != contact_id:
                self.contacts.point(organization_id, alias, contact_id)
        for other in same.values():
            if other.phone is None:
                self.change(other, lambda one: replace(one, merged_into=contact_id))
        return after

    def change(self, blank: Contact, change: Callable[[Contact], Contact], known: Contact | None = None) -> Contact:
        """Store a contact's next state, computed again whenever somebody else wrote first.

        Args:
            blank: Which contact, and what a new one begins with.
            change: What is to happen; it returns the same object when nothing has to.
            known: The contact as it was read a moment ago; read now by default.

        Raises:
            VersionConflict: Others kept writing.
        """
        for _ in range(_TRIES):
            before = known or self._get(blank.organization_id, blank.id) or replace(blank, version=0)
            known, after = None, change(before)
            if after is before and before.version:
                return after
            if self.contacts.save(after):
                return replace(after, version=after.version + 1)
        raise VersionConflict(f"{blank.id} kept changing")

    def blank(self, organization_id: str, target: Target) -> Contact:
        """A recipient nobody ever heard of."""
        contact_id = self.id_of(organization_id, target)
        if target.is_group:
            return Contact(contact_id, organization_id, aliases=(Alias(AliasKind.GROUP, target.value),))
        return Contact(contact_id, organization_id, canonical_phone(target.value))

    def take_back(self, intent: Intent, stored: Intent | None) -> None:
        """Forget the slot of an intent that does not leave on its approval, unless it holds another one by now.

        What may have arrived before stays known: whoever says the same once more would repeat it.

        Args:
            intent: The intent, with the approval that ends.
            stored: What others stored of it, if they did: it may hold a slot of its own.
        """

        def freed(contact: Contact) -> Contact:
            if stored is not None and stored.holds_slot and stored.instance_id:
                return contact.approved(stored, stored.instance_id, stored.not_before)
            forgotten = contact.keeps_slot_of(intent) and not in_doubt(intent)
            return contact.taken_back(intent.id) if forgotten else contact

        blank = self.blank(intent.organization_id, intent.request.target)
        if self._get(blank.organization_id, blank.id) is not None:
            self.change(blank, freed)

    def prefer(self, organization_id: str, name: Alias | str, wish: Preference) -> Contact:
        """Write down a wish of the person with this name, or with this contact id.

        Raises:
            NotFound: There is no contact with this id.
        """
        return self._amend(organization_id, name, lambda contact: contact.prefers(wish))

    def agree(self, organization_id: str, name: Alias | str, consent: Consent) -> Contact:
        """Write down a consent of the person with this name, or with this contact id.

        Raises:
            NotFound: There is no contact with this id.
        """
        return self._amend(organization_id, name, lambda contact: contact.agrees(consent))

    def withdraw(self, organization_id: str, name: Alias | str, purpose: Category, end: Withdrawal) -> Contact:
        """Write down that a consent holds no longer; one that was withdrawn before stays as it is.

        Raises:
            NotFound: There is no such contact, or no such consent.
        """

        def withdrawn(contact: Contact) -> Contact:
            if consent_to(contact.consents, purpose) is None:
                raise NotFound(f"This person never agreed to {purpose} messages; to stop them, write down an opt-out.")
            return contact.withdraws(purpose, end)

        known = self.find(organization_id, name)
        return self.change(known, withdrawn, known)

    def _amend(self, organization_id: str, name: Alias | str, change: Callable[[Contact], Contact]) -> Contact:
        """Change the person with this name, made known now if need be, or with this contact id."""
        if isinstance(name, str):
            known = self.find(organization_id, name)
            return self.change(known, change, known)
        return self.meet(organization_id, [name], change)

    def _get(self, organization_id: str, contact_id: str) -> Contact | None:
        return self.contacts.get_many([(organization_id, contact_id)]).get(contact_id)

    def _owner(self, organization_id: str, aliases: Sequence[Alias]) -> str | None:
        """The contact with one of these names: one we were told of, or else that of the phone or group in them."""
        owners = self.contacts.owners(organization_id, aliases)
        by_kind = {alias.kind: owner for alias, owner in owners.items()}
        told = by_kind.get(AliasKind.PHONE) or by_kind.get(AliasKind.JID)
        key = next((found for found in map(_key, aliases) if found), None)
        if told is None and key is not None:
            return self._by_key(organization_id, key)
        return told or by_kind.get(AliasKind.LID) or by_kind.get(AliasKind.BSUID)

    def _leads_to(self, organization_id: str, alias: Alias, contact_id: str) -> bool:
        """Whether the phone or group in a name leads to the contact by itself, so that no pointer is needed."""
        key = _key(alias)
        return key is not None and self._by_key(organization_id, key) == contact_id

    def _first(self, organization_id: str, aliases: Sequence[Alias]) -> str:
        return self.ids.derived("con", organization_id, aliases[0].kind, aliases[0].value)

    def _by_key(self, organization_id: str, key: str) -> str:
        return self.ids.derived("con", organization_id, canonical_phone(key))


def _key(alias: Alias) -> str | None:
    """What the id of a contact with this name is derived from: the phone it shows, or a group's id."""
    if alias.kind in {AliasKind.PHONE, AliasKind.GROUP}:
        return alias.value
    return f"+{alias.value.partition('@')[0]}" if alias.kind is AliasKind.JID else None
