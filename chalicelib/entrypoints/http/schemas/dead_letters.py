"""The shapes of dead letters and their redrives."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from chalicelib.domain.redrive import HIGHEST_RATE, USUAL_RATE
from chalicelib.entrypoints.http.schemas.fields import Strict
from chalicelib.entrypoints.http.schemas.instances import ReasonText
from chalicelib.entrypoints.http.schemas.message_intents import MessageIntentSummary
from chalicelib.entrypoints.http.schemas.policy import Count


class RedriveBody(Strict):
    """The body of ``POST /api/ops/dead-letters/redrive``; ``per_minute`` is how many go to the Gate, on average."""

    reason: ReasonText
    per_minute: Annotated[Count, Field(le=HIGHEST_RATE)] = USUAL_RATE


class DeadLetterView(MessageIntentSummary):
    """A dead letter: a message intent with the failure class of its last try, and when it was given up."""

    last_failure: str | None
    failed_at: str


class RedriveView(BaseModel):
    """A redrive, how far it is, and what became of those that it came to.

    ``expired`` ones are left alone; ``moved_on`` were retried by hand, proven to be sent or deleted before it was their
    turn; ``failed`` could not be redriven. ``searched_until`` is how far back the list was worked through: to its end
    once that is null and ``searching`` false. ``unreadable`` messages were left in the queue when it ended.
    """

    status: str
    reason: str
    per_minute: int
    started_at: str
    started_by: str
    ended_at: str | None
    cancelled_by: str | None
    searching: bool
    searched_until: str | None
    redriven: int
    expired: int
    moved_on: int
    failed: int
    unreadable: int


class DeadLetterList(BaseModel):
    """One page of an organization's dead letters.

    ``count`` says how many there are among its newest thousand exceptions. ``messages`` tells about how many messages
    each dead-letter queue has, of all organizations together; null for a queue that does not answer.
    """

    data: list[DeadLetterView]
    next_cursor: str | None
    has_more: bool
    searched_until: str | None
    count: int
    messages: dict[str, int | None]
    redrive: RedriveView | None
