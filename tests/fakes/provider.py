"""A provider that answers as it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.connection import Connection, Observation
from chalicelib.domain.contact import Alias, AliasKind
from chalicelib.domain.errors import ProviderUnavailable
from chalicelib.domain.outcome import Sent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.application.ports.provider import Group, Message, ProviderEvent
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.outcome import Outcome


class FakeProvider:
    """Sends into a list.

    ``answers`` are used up first to last; afterwards every send succeeds. ``seen`` is what every question about a
    session is answered with, ``addresses`` what number checks answer (a phone that is missing is answered with its own
    address), ``down`` makes everything but ``send`` and ``connection`` fail.
    """

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.typed: list[Message] = []
        self.answers: list[Outcome] = []
        self.seen = Observation(Connection.CONNECTED)
        self.asked = 0
        self.checks: list[tuple[str, ...]] = []
        self.addresses: dict[str, str | None] = {}
        self.member_of: list[Group] = []
        self.facts: dict[bytes, list[ProviderEvent]] = {}
        self.calls: list[str] = []
        self.down = False

    def register(self, instance: Instance, webhook_url: str) -> None:  # noqa: ARG002 - one number is like the other
        """Remember."""
        self._must("register")

    def connect(self, instance: Instance) -> None:  # noqa: ARG002
        """Remember."""
        self._must("connect")

    def disconnect(self, instance: Instance) -> None:  # noqa: ARG002
        """Remember."""
        self._must("disconnect")

    def logout(self, instance: Instance) -> None:  # noqa: ARG002
        """Remember."""
        self._must("logout")

    def connection(self, instance: Instance) -> Observation:  # noqa: ARG002
        """As told."""
        self.asked += 1
        return self.seen

    def pairing_code(self, instance: Instance, phone: str) -> str:  # noqa: ARG002
        """Always the same."""
        self._must("pairing_code")
        return "ABCD-EFGH"

    def check_numbers(self, instance: Instance, phones: Sequence[str]) -> Mapping[str, str | None]:  # noqa: ARG002
        """As told, or the phone's own address."""
        self._must("check_numbers")
        self.checks.append(tuple(phones))
        return {phone: self.addresses.get(phone, f"{phone.removeprefix('+')}@s.whatsapp.net") for phone in phones}

    def groups(self, instance: Instance) -> Sequence[Group]:  # noqa: ARG002
        """As told."""
        self._must("groups")
        return self.member_of

    def typing(self, instance: Instance, message: Message, seconds: float) -> None:  # noqa: ARG002
        """Remember."""
        self.typed.append(message)

    def send(self, instance: Instance, message: Message) -> Outcome:  # noqa: ARG002
        """Send, or answer as told."""
        self.sent.append(message)
        return self.answers.pop(0) if self.answers else Sent(f"wire-{message.intent_id}-{message.generation}")

    def verify(self, instance_id: str, signature: str, body: bytes) -> bool:  # noqa: ARG002
        """The signature is the instance's id."""
        return signature == instance_id

    def events(self, body: bytes) -> Sequence[ProviderEvent]:
        """As told."""
        return self.facts[body]

    def aliases(self, address: str) -> Sequence[Alias]:
        """A hidden name, or a phone's address."""
        return [Alias(AliasKind.LID if address.endswith("@lid") else AliasKind.JID, address)]

    def intent_of(self, message_id: str) -> str | None:
        """The id inside."""
        wire, _, named = message_id.partition("-")
        return named.rpartition("-")[0] if wire == "wire" else None

    def _must(self, call: str) -> None:
        if self.down:
            raise ProviderUnavailable("The fake provider is down.")
        self.calls.append(call)
