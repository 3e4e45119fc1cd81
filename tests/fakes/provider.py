"""A provider that answers as it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.instance import Connection
from chalicelib.domain.outcome import Sent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.ports.provider import Message, Receipt
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.outcome import Outcome


class FakeProvider:
    """Sends into a list. ``answers`` are used up first to last; afterwards every send succeeds."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.answers: list[Outcome] = []
        self.state = Connection.CONNECTED
        self.events: dict[bytes, list[Receipt]] = {}

    def register(self, instance: Instance, webhook_url: str) -> None:
        """Nothing to set up."""

    def connect(self, instance: Instance) -> None:
        """Always there."""

    def connection(self, instance: Instance) -> Connection:  # noqa: ARG002 - one number is like the other
        """As told."""
        return self.state

    def send(self, instance: Instance, message: Message) -> Outcome:  # noqa: ARG002
        """Send, or answer as told."""
        self.sent.append(message)
        return self.answers.pop(0) if self.answers else Sent(f"wire-{message.intent_id}-{message.generation}")

    def verify(self, instance_id: str, signature: str, body: bytes) -> bool:  # noqa: ARG002
        """The signature is the instance's id."""
        return signature == instance_id

    def receipts(self, body: bytes) -> Sequence[Receipt]:
        """As told."""
        return self.events[body]
