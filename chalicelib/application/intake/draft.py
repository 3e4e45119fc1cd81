"""A well-formed wish, as the client wrote it, and the request it becomes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.instance import InstancePurpose
from chalicelib.domain.likeness import likeness
from chalicelib.domain.request import Request, expiry
from chalicelib.domain.values import Category, Origin, Purpose, Target, TargetKind, Text

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.values import Content

# A member that came later is left out of the canonical body where it is not given: a key that was used before it
# existed still stands for the same body.
_LATER = ("campaign",)


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
    campaign: str | None = None

    @property
    def fingerprint(self) -> str:
        """Hash of the canonical body: equal drafts have equal fingerprints."""
        body = asdict(self)
        for name in _LATER:
            if body[name] is None:
                del body[name]
        canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
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


def request_of(draft: Draft, fingerprint: str, time_zone: str | None, now: int) -> Request:
    """What a draft asks for from now on.

    Args:
        draft: The draft.
        fingerprint: What tells it from every other one under the same id.
        time_zone: The recipient's, as the phone tells; ``None`` for the organization's.
        now: The instant of acceptance, ms.

    Raises:
        InvalidInput: An instant makes no sense.
    """
    return Request(
        target=draft.target,
        purpose=draft.purpose,
        origin=draft.origin,
        category=draft.category,
        instance_id=draft.instance_id,
        send_at=draft.send_at,
        expires_at=expiry(draft.purpose, draft.send_at, draft.expires_at, now),
        external_id=draft.external_id,
        fingerprint=fingerprint,
        content_type=draft.content.type,
        likeness=likeness(draft.content),
        campaign=draft.campaign,
        time_zone=time_zone,
    )
