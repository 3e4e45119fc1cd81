"""What the bridge answers about numbers and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.providers.whatsmeow.addresses import is_group
from chalicelib.application.ports.provider import Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.adapters.providers.whatsmeow.bridge import Answer

_LONGEST_NAME = 200


def checked(answer: Answer, phones: Sequence[str]) -> dict[str, str | None]:
    """Address by phone (E.164), ``None`` for one that is not on WhatsApp; an unanswered one is missing."""
    asked = {phone.removeprefix("+"): phone for phone in phones}
    found: dict[str, str | None] = {}
    for user in _entries(answer, "Users"):
        phone = asked.get(str(user.get("Query", "")).removeprefix("+"))
        address, present = user.get("JID"), user.get("IsInWhatsapp")
        if phone is None or not isinstance(present, bool) or (present and not _usable(address)):
            continue
        found[phone] = str(address) if present else None
    return found


def groups_in(answer: Answer) -> list[Group]:
    """The groups of an answer."""
    return [
        Group(str(one["JID"]), str(one.get("Name") or "")[:_LONGEST_NAME], _size(one.get("Participants")))
        for one in _entries(answer, "Groups")
        if is_group(one.get("JID"))
    ]


def _entries(answer: Answer, name: str) -> list[dict[str, object]]:
    entries = answer.data.get(name)
    return [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []


def _usable(address: object) -> bool:
    return isinstance(address, str) and address.endswith(("@s.whatsapp.net", "@lid"))


def _size(participants: object) -> int:
    return len(participants) if isinstance(participants, list) else 0
