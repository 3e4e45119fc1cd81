"""The bridge's webhooks: their signature, and the receipts in them."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from chalicelib.adapters.providers.whatsmeow.message_id import intent_of
from chalicelib.application.ports.provider import Receipt
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.intent import Delivery

# The bridge sends what is subscribed and nothing else.
EVENTS = ("ReadReceipt",)

# WhatsApp began in 2009; what is further off than this is no time of a receipt.
_EARLIEST, _LATEST = 2009, 2999

_STATES = {"Delivered": Delivery.DELIVERED, "Read": Delivery.READ}


def signed(key: str, signature: str, body: bytes) -> bool:
    """Whether ``signature`` is the hex HMAC-SHA256 of the raw body under ``key``."""
    expected = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.lower().encode())


def receipts(body: bytes) -> list[Receipt]:
    """The receipts about messages of ours.

    Raises:
        InvalidInput: The body is not a webhook that we subscribed to.
    """
    event = _object(body)
    if event.get("type") not in EVENTS:
        raise InvalidInput(f"unexpected event type {str(event.get('type'))[:40]!r}", "/type")
    delivery = _STATES.get(str(event.get("state")))
    if delivery is None:
        return []
    facts = event.get("event")
    if not isinstance(facts, dict) or not isinstance(facts.get("MessageIDs"), list):
        raise InvalidInput("a receipt names no messages", "/event/MessageIDs")
    at = _instant(facts.get("Timestamp"))
    found = ((wire_id, intent_of(str(wire_id))) for wire_id in facts["MessageIDs"])
    return [Receipt(intent_id, str(wire_id), delivery, at) for wire_id, intent_id in found if intent_id]


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise InvalidInput("the webhook's body is not JSON") from error
    if not isinstance(value, dict):
        raise InvalidInput("the webhook's body is not a JSON object")
    return value


def _instant(text: object) -> int:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise InvalidInput("a receipt's time is not RFC 3339", "/event/Timestamp") from error
    if moment.tzinfo is None:
        raise InvalidInput("a receipt's time has no offset", "/event/Timestamp")
    if not _EARLIEST <= moment.year <= _LATEST:
        raise InvalidInput("a receipt's time makes no sense", "/event/Timestamp")
    return int(moment.timestamp() * 1000)
