"""Whom we write to, a person or a group, under every name WhatsApp gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from chalicelib.domain.consent import consent_to, noted, withdrawn
from chalicelib.domain.preference import OptOut
from chalicelib.domain.recent import Outbound, RecentIntent, remembered
from chalicelib.domain.values import DAY, Category, Origin, Purpose, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from chalicelib.domain.consent import Consent, Withdrawal
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.preference import Preference
    from chalicelib.domain.request import Request

# How long an answer to "is this number on WhatsApp" is believed.
CHECK_LIFETIME = 7 * DAY
# So many numbers, aliases and letters of a name are kept per contact: the item stays small.
KEPT_NUMBERS = 8
KEPT_ALIASES = 8
KEPT_LETTERS = 40

_Moment = TypeVar("_Moment")
_BRAZILIAN_MOBILE_WITHOUT_NINE = re.compile(r"\+55([1-9][1-9])([6-9]\d{7})")


class AliasKind(StrEnum):
    """The kinds of names under which WhatsApp knows a person, or a group."""

    PHONE = "PHONE"
    JID = "JID"
    LID = "LID"
    BSUID = "BSUID"
    GROUP = "GROUP"


@dataclass(frozen=True, slots=True)
class Alias:
    """One name of a person, or the only one of a group.

    ``value`` is a phone in E.164 (``+5511987654321``), a WhatsApp address (``5511987654321@s.whatsapp.net``), a hidden
    one (``123456@lid``), the business-scoped id of the official API (``BR.123456``) or a group's id
    (``120363041234567890@g.us``).
    """

    kind: AliasKind
    value: str


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """What WhatsApp answered to "is this number on WhatsApp".

    Attributes:
        address: Where messages to it go; ``None`` when it is not on WhatsApp.
        at: When it was answered, ms.
    """

    address: str | None
    at: int

    def fresh(self, now: int) -> bool:
        """Whether it is still believed at ``now`` (ms)."""
        return now < self.at + CHECK_LIFETIME


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of one organization, or a group that it writes to.

    A group never wrote, never opted out by a word and was never checked: its members are not known to us. What is
    known of it is what it was sent, and what somebody wrote down.

    Attributes:
        id: ``con_`` + ULID.
        organization_id: Whose contact.
        phone: Phone in E.164, a Brazilian mobile always with its ninth digit; ``None`` for a group, and while only a
            hidden name is known.
        aliases: The other names, newest last.
        name: The name the person shows, as last seen.
        preference: The person's latest opt-out or opt-in.
        check: What WhatsApp answered about the number.
        inbound: When the person last wrote, ms, by instance id.
        recent: The latest intents for this person, newest last, with what is reserved for them.
        outbound: When the person was written to, by instance id, before what ``recent`` still tells.
        locks: Until when the person must not be written to as a new contact, ms, by instance id.
        consents: What the person agreed to, one per purpose.
        merged_into: The contact that turned out to be the same person.
        version: Stored version this was read at; 0 when nothing is stored yet.
    """

    id: str
    organization_id: str
    phone: str | None = None
    aliases: tuple[Alias, ...] = ()
    name: str | None = None
    preference: Preference | None = None
    check: NumberCheck | None = None
    inbound: Mapping[str, int] = field(default_factory=dict)
    recent: tuple[RecentIntent, ...] = ()
    outbound: Mapping[str, Outbound] = field(default_factory=dict)
    locks: Mapping[str, int] = field(default_factory=dict)
    consents: tuple[Consent, ...] = ()
    merged_into: str | None = None
    version: int = 0

    @property
    def last_inbound(self) -> int:
        """When the person last wrote to any number, ms; 0 when never."""
        return max(self.inbound.values(), default=0)

    @property
    def sticky_instance(self) -> str | None:
        """Id of the number the person last wrote to: answers come from there."""
        return max(self.inbound, key=lambda name: self.inbound[name], default=None)

    def numbers(self, but: str) -> frozenset[str]:
        """Ids of the numbers the person wrote to, or was written to from by another intent than ``but``."""
        written = (one.instance_id for one in self._others(but) if one.instance_id)
        return frozenset((*self.inbound, *self.outbound, *written))

    def knows(self, instance_id: str, but: str) -> bool:
        """Whether the person wrote to a number, or was written to from it by another intent than ``but``."""
        return instance_id in self.numbers(but)

    def last_slot(self, but: str) -> int:
        """When the person gets the latest of all messages other than ``but``, from any number, ms; 0 for never."""
        slots = [one.slot for one in self._others(but)]
        return max([*slots, *(span.last for span in self.outbound.values())], default=0)

    def same_content(self, likeness: str, but: str) -> int:
        """When the person gets the latest message that says the same, other than ``but``, ms; 0 for never."""
        return max((one.slot for one in self._others(but) if likeness and one.likeness == likeness), default=0)

    def locked_until(self, instance_id: str) -> int:
        """Until when a number must not write to the person as a new contact, ms; 0 without a lock."""
        return self.locks.get(instance_id, 0)

    def consented(self, now: int) -> bool:
        """Whether the person agreed to marketing, as it stands at ``now`` (ms); an opt-out outweighs what was before.

        A consent that is newer than an opt-out does not lift it: ``refuses`` goes on to say so.
        """
        consent = consent_to(self.consents, Category.MARKETING)
        if consent is None or not consent.holds(now):
            return False
        return self.preference is None or self.preference.opt_out is None or self.preference.at < consent.at

    def refuses(self, request: Request) -> bool:
        """Whether the person opted out of such a message.

        An answer to somebody who wrote again is none, and neither is our own confirmation of the opt-out.
        """
        if self.preference is None or self.preference.opt_out is None or request.origin is Origin.SYSTEM:
            return False
        if request.purpose is Purpose.REPLY and self.last_inbound > self.preference.at:
            return False
        return self.preference.opt_out is OptOut.ALL or request.category is Category.MARKETING

    def obstacle(self, request: Request, now: int) -> Reason | None:
        """Why the person should not get such a message at ``now`` (ms); ``None`` when nothing speaks against it."""
        if self.refuses(request):
            return Reason.OPTED_OUT
        absent = self.check is not None and self.check.fresh(now) and self.check.address is None
        return Reason.RECIPIENT_NOT_ON_WHATSAPP if absent else None

    def prefers(self, wish: Preference) -> Contact:
        """The contact after a wish; the same object when a later wish is known already."""
        if self.preference is not None and wish.at <= self.preference.at:
            return self
        return replace(self, preference=wish.after(self.preference))

    def heard(self, instance_id: str, at: int, name: str | None) -> Contact:
        """The contact after writing to one of our numbers; the same object when nothing new was learned."""
        shown = name[:KEPT_LETTERS] if name else self.name
        if at <= self.inbound.get(instance_id, 0) and shown == self.name:
            return self
        latest = max(at, self.inbound.get(instance_id, 0))
        return replace(self, inbound=_newest({**self.inbound, instance_id: latest}, int), name=shown)

    def checked(self, check: NumberCheck) -> Contact:
        """The contact after WhatsApp answered about its number."""
        return replace(self, check=check)

    def remembers(self, intent_id: str, at: int) -> Contact:
        """The contact with one more intent; the same object when it is known already."""
        if any(known.intent_id == intent_id for known in self.recent):
            return self
        return _recalling(self, (*self.recent, RecentIntent(intent_id, at)))

    def approved(self, intent: Intent, instance_id: str, slot: int) -> Contact:
        """The contact with a slot (ms) reserved for an intent; the same object when it is known already."""
        entry = RecentIntent(intent.id, intent.created_at, instance_id, slot, intent.request.likeness)
        return _recalling(self, (*self._others(intent.id), entry))

    def keeps_slot_of(self, intent: Intent) -> bool:
        """Whether the slot that is reserved for an intent is the one of its present approval."""
        held = [(one.instance_id, one.slot) for one in self.recent if one.intent_id == intent.id]
        return (intent.instance_id, intent.not_before) in held

    def taken_back(self, intent_id: str) -> Contact:
        """The contact without the slot of an intent that did not leave; the same object when none is known."""
        freed = (RecentIntent(one.intent_id, one.at) if one.intent_id == intent_id else one for one in self.recent)
        return _recalling(self, freed)

    def locked(self, instance_id: str, until: int) -> Contact:
        """The contact, not to be written to from a number as a new contact before ``until`` (ms)."""
        if until <= self.locked_until(instance_id):
            return self
        return replace(self, locks=_newest({**self.locks, instance_id: until}, int))

    def agrees(self, consent: Consent) -> Contact:
        """The contact after a consent; the same object when something later is known of that purpose."""
        consents = noted(self.consents, consent)
        return self if consents is self.consents else replace(self, consents=consents)

    def withdraws(self, purpose: Category, end: Withdrawal) -> Contact:
        """The contact after withdrawing a consent; the same object when none stands."""
        consents = withdrawn(self.consents, purpose, end)
        return self if consents is self.consents else replace(self, consents=consents)

    def known_as(self, aliases: Iterable[Alias]) -> Contact:
        """The contact with more names; the same object when all are known already. Its phone is not one of them."""
        new = [alias for alias in aliases if alias.kind is not AliasKind.PHONE and alias not in self.aliases]
        if not new:
            return self
        return replace(self, aliases=(*self.aliases, *dict.fromkeys(new))[-KEPT_ALIASES:])

    def absorbs(self, other: Contact) -> Contact:
        """The contact with everything known of ``other``, which turned out to be the same person."""
        both = self.known_as(other.aliases)
        if other.preference:
            both = both.prefers(other.preference)
        for consent in other.consents:
            both = both.agrees(consent)
        for instance_id, at in other.inbound.items():
            both = both.heard(instance_id, at, both.name or other.name)
        for instance_id, until in other.locks.items():
            both = both.locked(instance_id, until)
        return _recalling(both, _united(both.recent, other.recent), other.outbound)

    def _others(self, but: str) -> tuple[RecentIntent, ...]:
        return tuple(one for one in self.recent if one.intent_id != but)


def _recalling(
    contact: Contact, entries: Iterable[RecentIntent], spans: Mapping[str, Outbound] | None = None
) -> Contact:
    """The contact with these recent intents; of those that make way it stays known that they were sent."""
    recent, gone = remembered(entries)
    outbound = dict(contact.outbound)
    sent = [(one.instance_id, Outbound(one.slot, one.slot)) for one in gone if one.instance_id]
    for instance_id, span in [*(spans or {}).items(), *sent]:
        outbound[instance_id] = span.joined(outbound.get(instance_id))
    outbound = _newest(outbound, lambda span: span.last)
    if (recent, outbound) == (contact.recent, contact.outbound):
        return contact
    return replace(contact, recent=recent, outbound=outbound)


def _united(ours: Iterable[RecentIntent], theirs: Iterable[RecentIntent]) -> Iterable[RecentIntent]:
    """Entries of two contacts, one per intent: the one with the later slot."""
    by_id = {one.intent_id: one for one in theirs}
    for one in ours:
        by_id[one.intent_id] = max(one, by_id.get(one.intent_id, one), key=lambda entry: entry.slot)
    return by_id.values()


def _newest(by_number: Mapping[str, _Moment], moment: Callable[[_Moment], int]) -> dict[str, _Moment]:
    """What is known of the numbers with the latest moments, newest last."""
    return dict(sorted(by_number.items(), key=lambda pair: moment(pair[1]))[-KEPT_NUMBERS:])


def canonical_phone(phone: str) -> str:
    """One form for the forms of one number: a Brazilian mobile gets its ninth digit (``+553187654321``).

    WhatsApp knows many Brazilian numbers without it. Eight digits from 6 on are mobiles; landlines stay as they are.
    """
    short = _BRAZILIAN_MOBILE_WITHOUT_NINE.fullmatch(phone)
    return f"+55{short[1]}9{short[2]}" if short else phone
