"""Turns dead letters and redrives into the shapes of the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from chalicelib.domain.listing import instant_of
from chalicelib.domain.redrive import last_failure
from chalicelib.entrypoints.http.schemas.dead_letters import DeadLetterView, RedriveView
from chalicelib.entrypoints.http.schemas.fields import instant
from chalicelib.entrypoints.http.views.message_intents import summary

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.redrive import Redrive


def dead_letter(intent: Intent) -> DeadLetterView:
    """A row of the list."""
    shown, failed_at = summary(intent).model_dump(), str(instant(intent.timeline[-1].at))
    return DeadLetterView(**shown, last_failure=last_failure(intent), failed_at=failed_at)


def redrive_view(redrive: Redrive) -> RedriveView:
    """A redrive."""
    return RedriveView(
        status=redrive.status,
        reason=redrive.why,
        per_minute=redrive.per_minute,
        started_at=str(instant(redrive.started_at)),
        started_by=redrive.by,
        ended_at=instant(redrive.ended_at),
        cancelled_by=redrive.ended_by,
        searching=redrive.searching,
        searched_until=instant(instant_of(redrive.after)) if redrive.after else None,
        **asdict(redrive.fates),
        unreadable=redrive.unreadable,
    )
