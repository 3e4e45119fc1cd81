"""Takes a message intent in: checks what only we can check, decides it, stores it once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.errors import IdempotencyKeyReused, InvalidInput
from chalicelib.domain.instance import InstancePurpose
from chalicelib.domain.intent import Intent
from chalicelib.domain.likeness import likeness
from chalicelib.domain.request import Request
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, Category, Origin, Purpose, Target, TargetKind, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.contents import Contents
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.values import Content

DEFAULT_LIFETIME = 14 * DAY
REPLY_LIFETIME = DAY
LONGEST_LIFETIME = 90 * DAY


@dataclass(frozen=True, slots=True)
class Draft:
    """A well-formed request, as the client wrote it; instants in ms."""

    target: Target
    content: Content
    purpose: Purpose
    origin: Origin
    category: Category
    instance_id: str | None
    send_at: int | None
    expires_at: int | None
    external_id: str | None

    @property
    def fingerprint(self) -> str:
        """Hash of the canonical body: equal drafts have equal fingerprints."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def trial(instance: Instance | None, phone: str, text: str) -> Draft:
    """A text that must leave from one number, whatever that is meant for; without one, from any that fits."""
    warmup = instance is not None and instance.purpose is InstancePurpose.WARMUP
    return Draft(
        target=Target(TargetKind.PHONE, phone),
        content=Text(text),
        purpose=Purpose.WARMUP if warmup else Purpose.DISPATCH,
        origin=Origin.CHAT_MANUAL,
        category=Category.UTILITY,
        instance_id=instance.id if instance else None,
        send_at=None,
        expires_at=None,
        external_id=None,
    )


@dataclass(frozen=True, slots=True)
class Accepted:
    """The intent that a request stands for; ``replayed`` when an earlier request had created it."""

    intent: Intent
    content: Content
    organization: Organization
    replayed: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """Accepts message intents."""

    gatekeeper: Gatekeeper
    book: ContactBook
    intents: Intents
    contents: Contents
    clock: Clock
    ids: Ids
    journal: Journal

    def submit(self, organization_id: str, actor: str, draft: Draft, idempotency_key: str | None) -> Accepted:
        """Accept one intent, decide it and publish it when it is approved.

        Args:
            organization_id: The caller's organization.
            actor: Who asks, for the timeline.
            draft: What is asked for.
            idempotency_key: The same key with the same body is accepted once.

        Raises:
            InvalidInput: An instant or the instance makes no sense.
            IdempotencyKeyReused: The key belongs to another body.
        """
        intent_id = self._id(organization_id, idempotency_key)
        known: list[Intent | None] = []
        look: list[Callable[[], None]] = [lambda: known.append(self.intents.get(intent_id))] if idempotency_key else []
        view = self.gatekeeper.view(organization_id, {intent_id: draft.target}, beside=look)
        if known and known[0]:
            return _replay(known[0], draft, view.organization)
        if draft.instance_id and draft.instance_id not in view.instances:
            raise InvalidInput("There is no such instance in this organization.", "/instance_id")
        now = self.clock.now()
        intent = Intent(intent_id, organization_id, _request(draft, now)).record(EventType.ACCEPTED, now, actor)
        keep_content = partial(self.contents.put, intent, draft.content)
        remember = partial(self._remember, intent, view.recipients.get(intent_id))
        [intent] = self.gatekeeper.decide([intent], view, beside=[keep_content, remember])
        self.gatekeeper.park([intent])
        earlier = self.intents.create(intent)
        if earlier:
            self.gatekeeper.withdraw([intent])
            return _replay(earlier, draft, view.organization)
        self.gatekeeper.announce([intent], view)
        return Accepted(intent, draft.content, view.organization, replayed=False)

    def _remember(self, intent: Intent, known: Contact | None) -> None:
        """Note the intent on its recipient, so that one read tells what was sent to a person. Nothing rests on it."""
        isolated(self.journal, "noting an intent on its contact", partial(self.book.remember, intent, known))

    def _id(self, organization_id: str, idempotency_key: str | None) -> str:
        if idempotency_key is None:
            return self.ids.new("int")
        return self.ids.derived("int", organization_id, idempotency_key, "0")


def _request(draft: Draft, now: int) -> Request:
    return Request(
        target=draft.target,
        purpose=draft.purpose,
        origin=draft.origin,
        category=draft.category,
        instance_id=draft.instance_id,
        send_at=draft.send_at,
        expires_at=_expiry(draft, now),
        external_id=draft.external_id,
        fingerprint=draft.fingerprint,
        content_type=draft.content.type,
        likeness=likeness(draft.content),
    )


def _expiry(draft: Draft, now: int) -> int:
    start = max(now, draft.send_at or now)
    if start > now + LONGEST_LIFETIME:
        raise InvalidInput("send_at may be at most 90 days ahead.", "/send_at")
    if draft.expires_at is None:
        return start + (REPLY_LIFETIME if draft.purpose is Purpose.REPLY else DEFAULT_LIFETIME)
    if draft.expires_at <= start:
        raise InvalidInput("expires_at must be in the future and after send_at.", "/expires_at")
    if draft.expires_at > now + LONGEST_LIFETIME:
        raise InvalidInput("expires_at may be at most 90 days ahead.", "/expires_at")
    return draft.expires_at


def _replay(known: Intent, draft: Draft, organization: Organization) -> Accepted:
    if known.request.fingerprint != draft.fingerprint:
        raise IdempotencyKeyReused("This Idempotency-Key was used before with another body. Use a new key.")
    return Accepted(known, draft.content, organization, replayed=True)
