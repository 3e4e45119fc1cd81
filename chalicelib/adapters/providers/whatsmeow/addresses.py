"""WhatsApp addresses: what names of a person they show, and what kind of chat they are."""

from __future__ import annotations

import re

from chalicelib.domain.contact import Alias, AliasKind

_PERSON = re.compile(r"([1-9]\d{5,14})(?:\.\d+)?(?::\d+)?@(?:s\.whatsapp\.net|c\.us)")
_HIDDEN = re.compile(r"(\d{3,20})(?:\.\d+)?(?::\d+)?@lid")
_NOBODY = ("@broadcast", "@newsletter")


def aliases_of(*addresses: object) -> tuple[Alias, ...]:
    """The names of a person that addresses show, each once; what is no person's address shows none."""
    return tuple(dict.fromkeys(alias for address in addresses for alias in _aliases(str(address or ""))))


def phone_of(address: object) -> str | None:
    """The phone (E.164) in a person's address, whatever the device."""
    person = _PERSON.fullmatch(str(address or ""))
    return f"+{person[1]}" if person else None


def is_group(address: object) -> bool:
    """Whether it is a group's address."""
    return str(address or "").endswith("@g.us")


def is_nobody(address: object) -> bool:
    """Whether it is a status, a broadcast list or a newsletter: nobody writes to us there."""
    return str(address or "").endswith(_NOBODY)


def _aliases(address: str) -> tuple[Alias, ...]:
    person, hidden = _PERSON.fullmatch(address), _HIDDEN.fullmatch(address)
    if person:
        return Alias(AliasKind.PHONE, f"+{person[1]}"), Alias(AliasKind.JID, f"{person[1]}@s.whatsapp.net")
    return (Alias(AliasKind.LID, f"{hidden[1]}@lid"),) if hidden else ()
