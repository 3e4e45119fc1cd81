"""What instances there are: created once, renamed, retired, reinstated."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.errors import IdempotencyKeyReused
from chalicelib.domain.instance import Instance, JournalType
from chalicelib.domain.lifecycle import Action, changed, reinstated, require, retired

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.instances.writer import InstanceWriter
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.directory import Directory
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.provider import Provider
    from chalicelib.domain.instance import InstancePurpose
    from chalicelib.domain.instance import Provider as ProviderName


@dataclass(frozen=True, slots=True)
class NewInstance:
    """What a client asks for."""

    name: str
    provider: ProviderName
    purpose: InstancePurpose

    @property
    def fingerprint(self) -> str:
        """Hash of the request: equal requests have equal fingerprints."""
        canonical = json.dumps([self.name, self.provider, self.purpose], ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Created:
    """The instance that a request stands for; ``replayed`` when an earlier request had created it."""

    instance: Instance
    replayed: bool


@dataclass(frozen=True, slots=True)
class InstanceRegistry:
    """Keeps the list of an organization's instances."""

    directory: Directory
    writer: InstanceWriter
    providers: Mapping[ProviderName, Provider]
    clock: Clock
    ids: Ids
    journal: Journal

    def create(self, organization_id: str, actor: str, wanted: NewInstance, idempotency_key: str | None) -> Created:
        """Create a number that still has to be connected.

        Args:
            organization_id: Whose number.
            actor: Who asks, for the journal.
            wanted: What is asked for.
            idempotency_key: The same key with the same request creates once.

        Raises:
            IdempotencyKeyReused: The key belongs to another request.
        """
        now = self.clock.now()
        instance = Instance(
            id=self._id(organization_id, idempotency_key),
            organization_id=organization_id,
            name=wanted.name,
            provider=wanted.provider,
            purpose=wanted.purpose,
            created_at=now,
            connection_at=now,
            seen_at=now,
            fingerprint=wanted.fingerprint,
        ).noting(JournalType.CREATED, now, actor, name=wanted.name, provider=wanted.provider, purpose=wanted.purpose)
        if self.directory.put_instance(instance):
            return Created(instance.stored(), replayed=False)
        known = self.writer.get(organization_id, instance.id)
        if known.fingerprint != wanted.fingerprint:
            raise IdempotencyKeyReused("This Idempotency-Key was used before with another body. Use a new key.")
        return Created(known, replayed=True)

    def change(
        self, organization_id: str, instance_id: str, actor: str, name: str | None, purpose: InstancePurpose | None
    ) -> Instance:
        """Rename an instance or change what it is meant for; ``None`` leaves a member as it is."""
        return self.writer.write(
            organization_id,
            instance_id,
            lambda one, now: changed(one, name or one.name, purpose or one.purpose, actor, now),
        )

    def retire(self, organization_id: str, instance_id: str, actor: str) -> Instance:
        """Take an instance out of use for good; its pairing is removed if the provider can be reached."""
        instance = self.writer.get(organization_id, instance_id)
        require(instance, self.clock.now(), Action.RETIRE)
        unpair = partial(self.providers[instance.provider].logout, instance)
        note = "removing the pairing of a number that is being retired"
        unpaired = isolated(self.journal, note, unpair, instance_id=instance_id)
        return self.writer.write(
            organization_id, instance_id, lambda one, now: retired(one, actor, now, unpaired=unpaired)
        )

    def reinstate(self, organization_id: str, instance_id: str, actor: str, reason: str) -> Instance:
        """Bring a banned instance back after its appeal succeeded."""
        return self.writer.write(organization_id, instance_id, lambda one, now: reinstated(one, reason, actor, now))

    def _id(self, organization_id: str, idempotency_key: str | None) -> str:
        if idempotency_key is None:
            return self.ids.new("ins")
        return self.ids.derived("ins", organization_id, idempotency_key)
