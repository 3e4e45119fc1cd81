"""A WhatsApp provider, as the use cases see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.instance import Connection, Instance
    from chalicelib.domain.intent import Delivery
    from chalicelib.domain.outcome import Outcome
    from chalicelib.domain.values import Content, Target


@dataclass(frozen=True, slots=True)
class Message:
    """One message to send.

    Attributes:
        intent_id: The intent it belongs to.
        generation: Which logical send of that intent; the same generation has the same id on the wire.
        target: Whom it is for.
        content: What is sent.
    """

    intent_id: str
    generation: int
    target: Target
    content: Content


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider's report about messages we sent.

    Attributes:
        intent_id: The intent, read back from the id we chose ourselves.
        provider_id: The message's id on the wire.
        delivery: How far it came.
        at: When, by the provider's clock, ms.
    """

    intent_id: str
    provider_id: str
    delivery: Delivery
    at: int


class Provider(Protocol):
    """Sends messages and tells about the session of a number."""

    def register(self, instance: Instance, webhook_url: str) -> None:
        """Make the number known to the provider and have its events sent, signed, to ``webhook_url``; repeatable."""

    def connect(self, instance: Instance) -> None:
        """Start the number's session; what comes of it is learned from ``connection``."""

    def connection(self, instance: Instance) -> Connection:
        """Ask for the state of the session now; an unreachable provider is ``DISCONNECTED``."""

    def send(self, instance: Instance, message: Message) -> Outcome:
        """Send one message; never raises for a provider's answer, never reports success without confirmation."""

    def verify(self, instance_id: str, signature: str, body: bytes) -> bool:
        """Whether a webhook's signature over its raw body is the instance's."""

    def receipts(self, body: bytes) -> Sequence[Receipt]:
        """The receipts in a webhook's body.

        Raises:
            InvalidInput: The body is not something this provider sends.
        """
