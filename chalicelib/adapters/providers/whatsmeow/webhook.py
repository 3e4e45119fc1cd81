"""The bridge's webhooks: their signature, and what they say."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.providers.whatsmeow.addresses import aliases_of, is_group, is_nobody
from chalicelib.adapters.providers.whatsmeow.message_id import intent_of
from chalicelib.adapters.providers.whatsmeow.session_events import SESSION_EVENTS, report_of
from chalicelib.adapters.providers.whatsmeow.texts import text_of
from chalicelib.application.ports.provider import Inbound, Receipt
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.status import Delivery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.ports.provider import ProviderEvent
    from chalicelib.domain.contact import Alias

# The bridge sends what is subscribed and nothing else; every build knows the first two.
CORE_EVENTS = ("Message", "ReadReceipt")
EVENTS = (*CORE_EVENTS, *SESSION_EVENTS)

# WhatsApp began in 2009; what is further off than this is no time of an event.
_EARLIEST, _LATEST = 2009, 2999
_LONGEST_NAME = 80
_MESSAGE_ID = re.compile(r"[!-~]{1,128}")

_STATES = {"Delivered": Delivery.DELIVERED, "Read": Delivery.READ}


def signed(key: str, signature: str, body: bytes) -> bool:
    """Whether ``signature`` is the hex HMAC-SHA256 of the raw body under ``key``."""
    expected = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.lower().encode())


def events_of(body: bytes) -> Sequence[ProviderEvent]:
    """What a webhook says.

    Raises:
        InvalidInput: The body is not a webhook that we subscribed to.
    """
    event = _object(body)
    kind = text_of(event.get("type"))
    if kind == "ReadReceipt":
        return _receipts(event)
    if kind == "Message":
        return _inbound(event)
    report = report_of(kind, event.get("event"))
    if report is None:
        raise InvalidInput(f"unexpected event type {kind[:40]!r}", "/type")
    return [report]


def _receipts(event: dict[str, Any]) -> list[Receipt]:
    """The receipts about messages of ours."""
    delivery = _STATES.get(text_of(event.get("state")))
    if delivery is None:
        return []
    facts = event.get("event")
    if not isinstance(facts, dict) or not isinstance(facts.get("MessageIDs"), list):
        raise InvalidInput("a receipt names no messages", "/event/MessageIDs")
    at = _instant(facts.get("Timestamp"), "/event/Timestamp")
    found = ((wire_id, intent_of(wire_id)) for wire_id in map(text_of, facts["MessageIDs"]))
    return [Receipt(intent_id, wire_id, delivery, at, _receiver(facts)) for wire_id, intent_id in found if intent_id]


def _receiver(facts: dict[str, Any]) -> tuple[Alias, ...]:
    """The names of the person whom a receipt is about; none for a group.

    A receipt by another device of our own number names that number as its sender.
    """
    if facts.get("IsGroup") is True or is_group(facts.get("Chat")):
        return ()
    if facts.get("IsFromMe") is True:
        return aliases_of(facts.get("Chat"), facts.get("RecipientAlt"))
    return aliases_of(facts.get("Sender"), facts.get("SenderAlt"), facts.get("Chat"))


def _inbound(event: dict[str, Any]) -> list[Inbound]:
    """The message that somebody wrote to the number; nothing for one that was written with it."""
    facts = event.get("event")
    info = facts.get("Info") if isinstance(facts, dict) else None
    if not isinstance(facts, dict) or not isinstance(info, dict):
        raise InvalidInput("a message has no Info", "/event/Info")
    if info.get("IsFromMe") is True or is_nobody(info.get("Chat")) or is_nobody(info.get("Sender")):
        return []
    message_id = text_of(info.get("ID"))
    if not _MESSAGE_ID.fullmatch(message_id):
        raise InvalidInput("a message has no id", "/event/Info/ID")
    sender = aliases_of(info.get("Sender"), info.get("SenderAlt"))
    if not sender:
        raise InvalidInput("a message has no sender", "/event/Info/Sender")
    return [
        Inbound(
            message_id=message_id,
            sender=sender,
            name=text_of(info.get("PushName"))[:_LONGEST_NAME] or None,
            text=_text(facts.get("Message")),
            at=_instant(info.get("Timestamp"), "/event/Info/Timestamp"),
            in_group=info.get("IsGroup") is True or is_group(info.get("Chat")),
        )
    ]


# Where a message's text stands, by the kind of message: written, written with a quote, or chosen from what was offered.
# The bridge writes the library's structures as they are, so a choice among fields is a field of its own.
_TEXT_PLACES = (
    ("conversation",),
    ("extendedTextMessage", "text"),
    ("buttonsResponseMessage", "Response", "SelectedDisplayText"),
    ("buttonsResponseMessage", "selectedDisplayText"),
    ("templateButtonReplyMessage", "selectedDisplayText"),
    ("listResponseMessage", "title"),
    ("interactiveResponseMessage", "body", "text"),
)


def _text(message: object) -> str:
    for place in _TEXT_PLACES:
        found = message
        for name in place:
            found = found.get(name) if isinstance(found, dict) else None
        if text := text_of(found):
            return text
    return ""


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("the webhook's body is not JSON") from error
    if not isinstance(value, dict):
        raise InvalidInput("the webhook's body is not a JSON object")
    return value


def _instant(text: object, pointer: str) -> int:
    try:
        moment = datetime.fromisoformat(text_of(text))
    except ValueError as error:
        raise InvalidInput("the time is not RFC 3339", pointer) from error
    if moment.tzinfo is None:
        raise InvalidInput("the time has no offset", pointer)
    if not _EARLIEST <= moment.year <= _LATEST:
        raise InvalidInput("the time makes no sense", pointer)
    return int(moment.timestamp() * 1000)
