"""What each kind of message looks like to the bridge, and what its answer means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.providers.whatsmeow.message_id import intent_of, message_id
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.values import Location, Reaction, Text, is_id

if TYPE_CHECKING:
    from chalicelib.application.ports.provider import Message

# The bridge takes 0 for a missing coordinate: this is a tenth of a millimetre beside it.
_BESIDE_ZERO = 1e-9
# How the bridge is told that a reaction is on a message of our own.
_OWN = "me:"


@dataclass(frozen=True, slots=True)
class Call:
    """A send as the bridge takes it: path, body, and the id that its answer must name."""

    path: str
    body: dict[str, Any]
    named: str


def call_for(message: Message) -> Call:
    """The call that sends a message.

    Raises:
        InvalidInput: It is a reaction to an intent that cannot exist.
    """
    wire_id = message_id(message.intent_id, message.generation)
    phone, content = recipient_of(message), message.content
    if isinstance(content, Text):
        return Call("/chat/send/text", {"Phone": phone, "Body": content.text, "Id": wire_id}, wire_id)
    if isinstance(content, Location):
        place = {
            "Latitude": content.latitude or _BESIDE_ZERO,
            "Longitude": content.longitude or _BESIDE_ZERO,
            "Name": content.name,
        }
        return Call("/chat/send/location", {"Phone": phone, **place, "Id": wire_id}, wire_id)
    reacted_to = _reacted_to(content)
    body = {"Phone": phone, "Body": content.emoji, "Id": reacted_to}
    return Call("/chat/react", body, reacted_to.removeprefix(_OWN))


def recipient_of(message: Message) -> str:
    """Where the message goes: the address that a number check told, or else the digits of the phone."""
    return message.address or message.target.value.removeprefix("+")


def _reacted_to(reaction: Reaction) -> str:
    wanted = reaction.reacts_to
    if wanted.startswith("int_"):
        if not is_id(wanted, "int"):
            raise InvalidInput("the reaction names an intent that cannot exist", "/content/reacts_to")
        return _OWN + message_id(wanted, 0)
    return _OWN + wanted if intent_of(wanted) else wanted
