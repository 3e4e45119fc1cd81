"""What instances there are: created once, renamed, retired, reinstated."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.application.isolation import isolated
from chalicelib.domain.errors import IdempotencyKeyReused, InvalidInput
from chalicelib.domain.instance import Instance, JournalType
from chalicelib.domain.lifecycle import Action, changed, reinstated, repaced, require, retired
from chalicelib.domain.presets import require_offered

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
    from chalicelib.domain.policy import Policy


class Keep(Enum):
    """Stands for what is left as it is, where ``None`` means something."""

    KEEP = auto()


@dataclass(frozen=True, slots=True)
class NewInstance:
    """What a client asks for.

    Attributes:
        name: As people call it.
        provider: Through which provider it sends.
        purpose: What it is meant to carry.
        policy: Pacing of its own; ``None`` for its organization's.
        warmed_up: Whether it was in use before, so that it needs no warm-up.
    """

    name: str
    provider: ProviderName
    purpose: InstancePurpose
    policy: Policy | None = None
    warmed_up: bool = False

    @property
    def fingerprint(self) -> str:
        """Hash of the request: equal requests have equal fingerprints."""
        pacing = [asdict(self.policy)] if self.policy else []
        start = ["warmed up"] if self.warmed_up else []
        canonical = json.dumps([self.name, self.provider, self.purpose, *pacing, *start], ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be different about an instance: a member left out stays as it is."""

    name: str | None = None
    purpose: InstancePurpose | None = None
    policy: Policy | Literal[Keep.KEEP] | None = Keep.KEEP
    warmed_up: bool | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """What of an instance's own fields is to be different."""
        wanted = {"name": self.name, "purpose": self.purpose, "warmed_up": self.warmed_up}
        return {field: value for field, value in wanted.items() if value is not None}


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
            InvalidInput: No number can send through that provider here, or its numbers cannot have that preset.
        """
        instance = self._new(organization_id, self._id(organization_id, idempotency_key), actor, wanted)
        if self.directory.put_instance(instance):
            return Created(instance.stored(), replayed=False)
        known = self.writer.get(organization_id, instance.id)
        if known.fingerprint != wanted.fingerprint:
            raise IdempotencyKeyReused("This Idempotency-Key was used before with another body. Use a new key.")
        return Created(known, replayed=True)

    def settle(self, organization_id: str, actor: str, wanted: NewInstance, idempotency_key: str) -> Instance:
        """Create a number, or make the one that the key has created be as it is wanted now.

        Args:
            organization_id: Whose number.
            actor: Who asks, for the journal.
            wanted: How it is to be; its provider stays as it was created.
            idempotency_key: One key stands for one number, whatever is wanted of it.

        Raises:
            TransitionRefused: It was retired meanwhile, as something else than what is wanted now.
        """
        instance = self._new(organization_id, self._id(organization_id, idempotency_key), actor, wanted)
        if self.directory.put_instance(instance):
            return instance.stored()
        changes = Changes(wanted.name, wanted.purpose, wanted.policy, wanted.warmed_up)
        return self.change(organization_id, instance.id, actor, changes)

    def change(self, organization_id: str, instance_id: str, actor: str, wanted: Changes) -> Instance:
        """Change what an instance is called, meant for or known to have behind it, or its pace: all or nothing."""

        def change(one: Instance, now: int) -> Instance:
            named = changed(one, wanted.fields, actor, now)
            return named if wanted.policy is Keep.KEEP else repaced(named, wanted.policy, actor, now)

        return self.writer.write(organization_id, instance_id, change)

    def set_policy(self, organization_id: str, instance_id: str, actor: str, policy: Policy | None) -> Instance:
        """Give an instance pacing of its own, or its organization's again (``None``)."""
        return self.change(organization_id, instance_id, actor, Changes(policy=policy))

    def record_phone_reveal(
        self, organization_id: str, instance_id: str, actor: str, intent_id: str | None = None
    ) -> Instance:
        """Write into an instance's journal that somebody saw a phone in full.

        Args:
            organization_id: Whose instance.
            instance_id: The instance, in whatever state.
            actor: Who saw it.
            intent_id: The intent whose recipient was shown; ``None`` when it was the instance's own number.

        Raises:
            NotFound: Unknown here.
        """
        facts = {"intent_id": intent_id} if intent_id else {}
        return self.writer.write(
            organization_id,
            instance_id,
            lambda one, now: one.noting(JournalType.PHONE_REVEALED, now, actor, **facts),
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

    def _new(self, organization_id: str, instance_id: str, actor: str, wanted: NewInstance) -> Instance:
        now = self.clock.now()
        if wanted.provider not in self.providers:
            raise InvalidInput(f"no number can send through {wanted.provider} here yet", "/provider")
        if wanted.policy:
            require_offered(wanted.policy, (wanted.provider,))
        created = Instance(
            id=instance_id,
            organization_id=organization_id,
            name=wanted.name,
            provider=wanted.provider,
            purpose=wanted.purpose,
            created_at=now,
            connection_at=now,
            seen_at=now,
            policy=wanted.policy,
            warmed_up=wanted.warmed_up,
            fingerprint=wanted.fingerprint,
        )
        facts: dict[str, Any] = {"name": wanted.name, "provider": wanted.provider, "purpose": wanted.purpose}
        facts |= {"policy": asdict(wanted.policy)} if wanted.policy else {}
        facts |= {"warmed_up": True} if wanted.warmed_up else {}
        return created.noting(JournalType.CREATED, now, actor, **facts)

    def _id(self, organization_id: str, idempotency_key: str | None) -> str:
        if idempotency_key is None:
            return self.ids.new("ins")
        return self.ids.derived("ins", organization_id, idempotency_key)
