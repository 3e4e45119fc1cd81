"""What the bridge answers about numbers and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.providers.whatsmeow.addresses import aliases_of, is_group
from chalicelib.adapters.providers.whatsmeow.texts import text_of
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
        phone = asked.get(text_of(user.get("Query")).removeprefix("+"))
        address, present = text_of(user.get("JID")), user.get("IsInWhatsapp")
        if phone is None or not isinstance(present, bool) or (present and not aliases_of(address)):
            continue
        found[phone] = address if present else None
    return found


def groups_in(answer: Answer) -> list[Group]:
    """The groups of an answer."""
    return [
        Group(text_of(one["JID"]), text_of(one.get("Name"))[:_LONGEST_NAME], _size(one.get("Participants")))
        for one in _entries(answer, "Groups")
        if is_group(one.get("JID"))
    ]


def _entries(answer: Answer, name: str) -> list[dict[str, object]]:
    entries = answer.data.get(name)
    return [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []


def _size(participants: object) -> int:
    return len(participants) if isinstance(participants, list) else 0
