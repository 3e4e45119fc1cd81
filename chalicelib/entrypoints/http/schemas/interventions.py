"""The shapes of what people do about message intents: always with a reason, which the timeline keeps."""

from __future__ import annotations

from chalicelib.domain.intervention import Resolution
from chalicelib.entrypoints.http.schemas.fields import Instant, Strict
from chalicelib.entrypoints.http.schemas.instances import ReasonText


class CancelBody(Strict):
    """The body of ``POST /api/message-intents/{id}/cancel``."""

    reason: ReasonText


class RetryBody(Strict):
    """The body of ``POST /api/message-intents/{id}/retry``; without ``expires_at`` it stays as it is while it can."""

    reason: ReasonText
    expires_at: Instant | None = None


class ResolveBody(Strict):
    """The body of ``POST /api/message-intents/{id}/resolve``: how an unknown attempt ended, or what is risked."""

    outcome: Resolution
    reason: ReasonText
