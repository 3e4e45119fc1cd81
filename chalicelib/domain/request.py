"""What a client asked for: the part of an intent that stays as it is, but for a later expiry when it is retried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.values import DAY, Purpose

if TYPE_CHECKING:
    from chalicelib.domain.values import Category, ContentType, Origin, Target

DEFAULT_LIFETIME = 14 * DAY
REPLY_LIFETIME = DAY
LONGEST_LIFETIME = 90 * DAY


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for.

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


def expiry(purpose: Purpose, send_at: int | None, wanted: int | None, now: int) -> int:
    """When a message becomes worthless, ms.

    Args:
        purpose: Why it is sent; a reply is worthless sooner.
        send_at: Not before this instant, ms.
        wanted: The instant that was asked for, ms; ``None`` for what is usual.
        now: The instant of asking, ms.

    Raises:
        InvalidInput: An instant makes no sense.
    """
    start = max(now, send_at or now)
    if start > now + LONGEST_LIFETIME:
        raise InvalidInput("send_at may be at most 90 days ahead.", "/send_at")
    if wanted is None:
        return start + (REPLY_LIFETIME if purpose is Purpose.REPLY else DEFAULT_LIFETIME)
    if wanted <= start:
        raise InvalidInput("expires_at must be in the future and after send_at.", "/expires_at")
    if wanted > now + LONGEST_LIFETIME:
        raise InvalidInput("expires_at may be at most 90 days ahead.", "/expires_at")
    return wanted


def renewed(request: Request, wanted: int | None, now: int) -> int:
    """When a message becomes worthless that is retried: as asked for, else as before unless that is over, ms.

    Raises:
        InvalidInput: The instant that was asked for makes no sense.
    """
    if wanted is None and now < request.expires_at:
        return request.expires_at
    return expiry(request.purpose, request.send_at, wanted, now)
