"""WhatsApp addresses: what names of a person they show, and what kind of chat they are."""

from __future__ import annotations

import re

from chalicelib.adapters.providers.whatsmeow.texts import text_of
from chalicelib.domain.contact import Alias, AliasKind

# Agent and device stand between the user and the server; "hosted" are devices that Meta keeps for a business.
_DEVICE = r"(?:\.[0-9]+)?(?::[0-9]+)?"
_PERSON = re.compile(rf"([1-9][0-9]{{5,14}}){_DEVICE}@(?:s\.whatsapp\.net|c\.us|hosted)")
_HIDDEN = re.compile(rf"([0-9]{{3,20}}){_DEVICE}@(?:lid|hosted\.lid)")
_NOBODY = ("@broadcast", "@newsletter", "@bot", "@msgr", "@interop")
# WhatsApp's own announcements.
_ANNOUNCER = frozenset({"0@s.whatsapp.net", "0@c.us"})


def aliases_of(*addresses: object) -> tuple[Alias, ...]:
    """The names of a person that addresses show, each once; what is no person's address shows none."""
    return tuple(dict.fromkeys(alias for address in addresses for alias in _aliases(text_of(address))))


def phone_of(address: object) -> str | None:
    """The phone (E.164) in a person's address, whatever the device."""
    person = _PERSON.fullmatch(text_of(address))
    return f"+{person[1]}" if person else None


def is_group(address: object) -> bool:
    """Whether it is a group's address."""
    return text_of(address).endswith("@g.us")


def is_nobody(address: object) -> bool:
    """Whether it is a status, a list, a newsletter, a robot, another network or WhatsApp itself: no person of ours."""
    text = text_of(address)
    return text.endswith(_NOBODY) or text in _ANNOUNCER


def _aliases(address: str) -> tuple[Alias, ...]:
    person, hidden = _PERSON.fullmatch(address), _HIDDEN.fullmatch(address)
    if person:
        return Alias(AliasKind.PHONE, f"+{person[1]}"), Alias(AliasKind.JID, f"{person[1]}@s.whatsapp.net")
    return (Alias(AliasKind.LID, f"{hidden[1]}@lid"),) if hidden else ()
