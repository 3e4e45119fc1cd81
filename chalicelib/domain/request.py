"""What a client asked for: the part of an intent that never changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.values import Category, ContentType, Origin, Purpose, Target


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; never changes.

    Attributes:
        target: Whom it is for.
        purpose: Why it is sent.
        origin: Where the request came from.
        category: The message's category.
        instance_id: The number it must leave from, if the client insists.
        send_at: Not before this instant, ms.
        expires_at: Worthless after this instant, ms.
        external_id: The client's own id.
        fingerprint: Hash of the canonical request body; names the stored content too.
        content_type: What the message carries.
        likeness: Hash of what it says, with case, spaces and Unicode forms folded: equal for equal messages.
        campaign: Name of the campaign it belongs to.
        time_zone: IANA name of the recipient's zone, as the phone tells; ``None`` for the organization's.
    """

    target: Target
    purpose: Purpose
    origin: Origin
    category: Category
    instance_id: str | None
    send_at: int | None
    expires_at: int
    external_id: str | None
    fingerprint: str
    content_type: ContentType
    likeness: str = ""
    campaign: str | None = None
    time_zone: str | None = None
