"""The door for webhooks: nothing unsigned is kept, nothing signed is lost."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.ports.provider_events import RawEvent
from chalicelib.application.telemetry import WEBHOOK_PATH_REFUSED, WEBHOOK_SIGNATURE_REFUSED
from chalicelib.domain.errors import NotAuthenticated, NotFound
from chalicelib.domain.instance import Provider as ProviderName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.keyring import Keyring
    from chalicelib.application.ports.provider import Provider
    from chalicelib.application.ports.provider_events import ProviderEvents
    from chalicelib.domain.instance import Instance

_PURPOSE = "webhook-path"


def webhook_path(keyring: Keyring, instance: Instance) -> str:
    """The secret path at which an instance's events are taken in: who it is about, and a proof that we made it."""
    subject = f"{instance.organization_id}.{instance.id}"
    return f"webhooks/{instance.provider}/{subject}.{keyring.derive(_PURPOSE, subject)}"


@dataclass(frozen=True, slots=True)
class WebhookIntake:
    """Takes webhooks in."""

    providers: Mapping[ProviderName, Provider]
    events: ProviderEvents
    keyring: Keyring
    clock: Clock
    ids: Ids
    journal: Journal

    def receive(self, provider: str, secret: str, signature: str, body: bytes) -> None:
        """Keep a signed webhook for the ingest function.

        Args:
            provider: The provider's name from the path.
            secret: The secret part of the path.
            signature: The signature header, empty when missing.
            body: The raw body.

        Raises:
            NotFound: The path is not one of ours.
            NotAuthenticated: The signature is not this instance's.
        """
        organization_id, instance_id = self._whose(secret)
        if provider not in self.providers:
            raise NotFound("There is no such webhook.")
        name = ProviderName(provider)
        if not self.providers[name].verify(instance_id, signature, body):
            self.journal.count(WEBHOOK_SIGNATURE_REFUSED)
            raise NotAuthenticated("The signature does not match the body.")
        event = RawEvent(self.ids.new("evt"), name, organization_id, instance_id, self.clock.now(), body)
        self.events.keep(event)

    def _whose(self, secret: str) -> tuple[str, str]:
        subject, _, proof = secret.rpartition(".")
        organization_id, _, instance_id = subject.partition(".")
        if not instance_id or not hmac.compare_digest(proof.encode(), self.keyring.derive(_PURPOSE, subject).encode()):
            self.journal.count(WEBHOOK_PATH_REFUSED)
            raise NotFound("There is no such webhook.")
        return organization_id, instance_id
