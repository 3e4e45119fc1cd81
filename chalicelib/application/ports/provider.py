"""A WhatsApp provider, as the use cases see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.connection import Report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.connection import Observation
    from chalicelib.domain.contact import Alias
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.outcome import Outcome
    from chalicelib.domain.status import Delivery
    from chalicelib.domain.values import Content, Target


@dataclass(frozen=True, slots=True)
class Message:
    """One message to send.

    Attributes:
        intent_id: The intent it belongs to.
        generation: Which logical send of that intent; the same generation has the same id on the wire.
        target: Whom it is for.
        content: What is sent.
        address: Where a number check said that messages for ``target`` go; ``None`` when none was made.
    """

    intent_id: str
    generation: int
    target: Target
    content: Content
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider's report about a message we sent.

    Attributes:
        intent_id: The intent, read back from the id we chose ourselves.
        provider_id: The message's id on the wire.
        delivery: How far it came.
        at: When, by the provider's clock, ms.
        recipient: Names of the person who received it, as far as the report shows them; empty for a group.
    """

    intent_id: str
    provider_id: str
    delivery: Delivery
    at: int
    recipient: tuple[Alias, ...] = ()


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message that somebody wrote to one of our numbers.

    Attributes:
        message_id: Its id on the wire.
        sender: Every name of the writer that the event shows.
        name: The name the writer shows.
        text: What was written; empty for anything but a text.
        at: When, by the provider's clock, ms.
        in_group: Whether it was written to a group.
    """

    message_id: str
    sender: tuple[Alias, ...]
    name: str | None
    text: str
    at: int
    in_group: bool


ProviderEvent = Receipt | Inbound | Report


@dataclass(frozen=True, slots=True)
class Group:
    """A group that a number is a member of: its id on WhatsApp, its name, how many people are in it."""

    id: str
    name: str
    size: int


class Provider(Protocol):
    """Sends messages and tells about the session of a number.

    Everything but ``send``, ``connection`` and ``typing`` raises ``ProviderUnavailable`` when the provider does not
    answer, or answers no.
    """

    def register(self, instance: Instance, webhook_url: str) -> None:
        """Make the number known to the provider and have its events sent, signed, to ``webhook_url``; repeatable."""

    def connect(self, instance: Instance) -> None:
        """Start the number's session; what comes of it is learned from ``connection``."""

    def disconnect(self, instance: Instance) -> None:
        """End the session and keep the pairing; a session that is not there is no error."""

    def logout(self, instance: Instance) -> None:
        """Remove the pairing; a number that is not paired is no error."""

    def connection(self, instance: Instance) -> Observation:
        """Ask for the state of the session now, with the code to scan; never raises for an absent provider."""

    def pairing_code(self, instance: Instance, phone: str) -> str:
        """A code to type on the phone (E.164) instead of scanning, such as ``ABCD-EFGH``."""

    def check_numbers(self, instance: Instance, phones: Sequence[str]) -> Mapping[str, str | None]:
        """Ask which phones (E.164) are on WhatsApp.

        Returns:
            Address by phone, ``None`` for one that is not on WhatsApp; unanswered ones are missing.
        """

    def groups(self, instance: Instance) -> Sequence[Group]:
        """The groups the number is a member of."""

    def typing(self, instance: Instance, message: Message, seconds: float) -> None:
        """Show "typing" to the recipient of ``message``; takes at most ``seconds`` and never raises."""

    def send(self, instance: Instance, message: Message) -> Outcome:
        """Send one message; never raises for a provider's answer, never reports success without confirmation."""

    def verify(self, instance_id: str, signature: str, body: bytes) -> bool:
        """Whether a webhook's signature over its raw body is the instance's."""

    def events(self, body: bytes) -> Sequence[ProviderEvent]:
        """What a webhook's body says; empty when it is about nothing that concerns us.

        Raises:
            InvalidInput: The body is not something this provider sends.
        """

    def aliases(self, address: str) -> Sequence[Alias]:
        """The names that an address of ``check_numbers`` shows."""

    def intent_of(self, message_id: str) -> str | None:
        """The intent that a message's id on the wire belongs to; ``None`` when the id is not one of ours."""
