"""Takes a message intent in: checks what only we can check, decides it, stores it once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.domain.errors import IdempotencyKeyReused, InvalidInput
from chalicelib.domain.intent import Intent
from chalicelib.domain.request import Request
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, Purpose

if TYPE_CHECKING:
    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.contents import Contents
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.intents import Intents
    from chalicelib.domain.values import Category, Content, Origin, Target
    from chalicelib.domain.view import View

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


@dataclass(frozen=True, slots=True)
class Accepted:
    """The intent that a request stands for; ``replayed`` when an earlier request had created it."""

    intent: Intent
    content: Content
    replayed: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """Accepts message intents."""

    gatekeeper: Gatekeeper
    views: GateViews
    intents: Intents
    contents: Contents
    fan_out: FanOut
    clock: Clock
    ids: Ids

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
        known, view = self._look(organization_id, intent_id, fresh=idempotency_key is None)
        if known:
            return _replay(known, draft)
        if draft.instance_id and draft.instance_id not in view.instances:
            raise InvalidInput("There is no such instance in this organization.", "/instance_id")
        now = self.clock.now()
        intent = Intent(intent_id, organization_id, _request(draft, now)).record(EventType.ACCEPTED, now, actor)
        keep_content = partial(self.contents.put, intent, draft.content)
        [intent] = self.gatekeeper.decide([intent], view, beside=[keep_content])
        self.gatekeeper.park([intent])
        known = self.intents.create(intent)
        if known:
            self.gatekeeper.withdraw([intent])
            return _replay(known, draft)
        self.gatekeeper.announce([intent])
        return Accepted(intent, draft.content, replayed=False)

    def _id(self, organization_id: str, idempotency_key: str | None) -> str:
        if idempotency_key is None:
            return self.ids.new("int")
        return self.ids.derived("int", organization_id, idempotency_key, "0")

    def _look(self, organization_id: str, intent_id: str, *, fresh: bool) -> tuple[Intent | None, View]:
        if fresh:
            return None, self.views.load(organization_id)
        known: list[Intent | None] = []
        views: list[View] = []
        self.fan_out(
            [
                lambda: known.append(self.intents.get(intent_id)),
                lambda: views.append(self.views.load(organization_id)),
            ]
        )
        return known[0], views[0]


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


def _replay(known: Intent, draft: Draft) -> Accepted:
    if known.request.fingerprint != draft.fingerprint:
        raise IdempotencyKeyReused("This Idempotency-Key was used before with another body. Use a new key.")
    return Accepted(known, draft.content, replayed=True)
