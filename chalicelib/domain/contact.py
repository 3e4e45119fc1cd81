"""A person we write to, under every name WhatsApp gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.preference import OptOut
from chalicelib.domain.values import DAY, Category, Purpose, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chalicelib.domain.preference import Preference
    from chalicelib.domain.request import Request

# How long an answer to "is this number on WhatsApp" is believed.
CHECK_LIFETIME = 7 * DAY
# So many numbers, aliases, intents and letters of a name are kept per contact: the item stays small.
KEPT_NUMBERS = 8
KEPT_ALIASES = 12
KEPT_INTENTS = 10
KEPT_LETTERS = 40

_BRAZILIAN_MOBILE_WITHOUT_NINE = re.compile(r"\+55([1-9][1-9])([6-9]\d{7})")


class AliasKind(StrEnum):
    """The kinds of names under which WhatsApp knows a person."""

    PHONE = "PHONE"
    JID = "JID"
    LID = "LID"
    BSUID = "BSUID"


@dataclass(frozen=True, slots=True)
class Alias:
    """One name of a person.

    ``value`` is a phone in E.164 (``+5511987654321``), a WhatsApp address (``5511987654321@s.whatsapp.net``), a hidden
    one (``123456@lid``) or the business-scoped id of the official API (``BR.123456``).
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
class RecentIntent:
    """An intent for this person, and when it was accepted (ms)."""

    intent_id: str
    at: int


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of one organization.

    Attributes:
        id: ``con_`` + ULID.
        organization_id: Whose contact.
        phone: Phone in E.164, a Brazilian mobile always with its ninth digit; ``None`` while only a hidden name is
            known.
        aliases: The other names, newest last.
        name: The name the person shows, as last seen.
        preference: The person's latest opt-out or opt-in.
        check: What WhatsApp answered about the number.
        inbound: When the person last wrote, ms, by instance id.
        recent: The latest intents for this person, newest last.
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

    def refuses(self, request: Request) -> bool:
        """Whether the person opted out of such a message; an answer to somebody who wrote again is none."""
        if self.preference is None or self.preference.opt_out is None:
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
        return replace(self, preference=wish)

    def heard(self, instance_id: str, at: int, name: str | None) -> Contact:
        """The contact after writing to one of our numbers; the same object when nothing new was learned."""
        shown = name[:KEPT_LETTERS] if name else self.name
        if at <= self.inbound.get(instance_id, 0) and shown == self.name:
            return self
        latest = max(at, self.inbound.get(instance_id, 0))
        newest_last = sorted({**self.inbound, instance_id: latest}.items(), key=lambda pair: pair[1])
        return replace(self, inbound=dict(newest_last[-KEPT_NUMBERS:]), name=shown)

    def checked(self, check: NumberCheck) -> Contact:
        """The contact after WhatsApp answered about its number."""
        return replace(self, check=check)

    def remembers(self, intent_id: str, at: int) -> Contact:
        """The contact with one more intent; the same object when it is known already."""
        if any(known.intent_id == intent_id for known in self.recent):
            return self
        return replace(self, recent=(*self.recent, RecentIntent(intent_id, at))[-KEPT_INTENTS:])

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
        for instance_id, at in other.inbound.items():
            both = both.heard(instance_id, at, both.name or other.name)
        for known in other.recent:
            both = both.remembers(known.intent_id, known.at)
        return both


def canonical_phone(phone: str) -> str:
    """One form for the forms of one number: a Brazilian mobile gets its ninth digit (``+553187654321``).

    WhatsApp knows many Brazilian numbers without it. Eight digits from 6 on are mobiles; landlines stay as they are.
    """
    short = _BRAZILIAN_MOBILE_WITHOUT_NINE.fullmatch(phone)
    return f"+55{short[1]}9{short[2]}" if short else phone
