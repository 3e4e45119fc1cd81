"""Brings organizations and numbers in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.ingestion import webhook_path
from chalicelib.application.ports.directory import ApiKey, Member
from chalicelib.domain.instance import Connection, Instance, InstancePurpose, Lifecycle
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.organization import Organization

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.directory import Directory
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.keyring import Keyring
    from chalicelib.application.ports.provider import Provider
    from chalicelib.domain.policy import Policy

KEY_PREFIX = "ptk_"


def key_digest(key: str) -> str:
    """What is stored of an API key: its SHA-256, hex. The key has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Onboarding:
    """Creates organizations with their first admin and key, and connects numbers."""

    directory: Directory
    providers: Mapping[ProviderName, Provider]
    keyring: Keyring
    clock: Clock
    ids: Ids

    def create_organization(self, name: str, admin_email: str, policy: Policy) -> tuple[Organization, str]:
        """Create an organization, its first admin and its first API key.

        Returns:
            The organization, and the key: shown once, stored only as a hash.
        """
        organization = Organization(self.ids.new("org"), name, "pt-BR", "America/Sao_Paulo", policy)
        self.directory.put_organization(organization)
        self.directory.put_member(Member(self.ids.new("usr"), organization.id, admin_email, "admin"))
        return organization, self.issue_key(organization.id, "first key")

    def issue_key(self, organization_id: str, name: str) -> str:
        """Create an API key and return it: the only time it is seen."""
        key = KEY_PREFIX + self.ids.token()
        self.directory.put_key(ApiKey(self.ids.new("key"), organization_id, name, key_digest(key)))
        return key

    def create_instance(self, organization_id: str, name: str, purpose: InstancePurpose) -> Instance:
        """Create a number that still has to be connected."""
        instance = Instance(
            id=self.ids.new("ins"),
            organization_id=organization_id,
            name=name,
            provider=ProviderName.WHATSMEOW,
            purpose=purpose,
            lifecycle=Lifecycle.CREATED,
            connection=Connection.DISCONNECTED,
            connection_at=self.clock.now(),
        )
        self.directory.put_instance(instance)
        return instance

    def connect(self, instance: Instance, api_url: str) -> None:
        """Register the number with its provider and start its session.

        Args:
            instance: The number.
            api_url: Where this API is reached, ending in ``/api``; the provider's events go there.
        """
        provider = self.providers[instance.provider]
        provider.register(instance, f"{api_url}/{webhook_path(self.keyring, instance)}")
        provider.connect(instance)

    def observe(self, instance: Instance) -> Instance:
        """Ask the provider for the number's session and keep what it says."""
        connection = self.providers[instance.provider].connection(instance)
        observed = instance.observed(connection, self.clock.now())
        self.directory.put_instance(observed)
        return observed
