"""The list of messages as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.listing import position
from chalicelib.domain.status import Status
from chalicelib.entrypoints.web.views.phones import masked
from chalicelib.entrypoints.web.words.intents import PURPOSES, standing
from chalicelib.entrypoints.web.words.reasons import reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.intent import Intent
    from chalicelib.entrypoints.web.page import Page
    from chalicelib.entrypoints.web.words.word import Word


@dataclass(frozen=True, slots=True)
class Row:
    """One message.

    Attributes:
        id: The intent.
        recipient: Masked.
        state: Its badge.
        why: Why it waits or ended so, in words, and until when; empty when there is nothing to say.
        number: Name of its number; empty while it has none.
        purpose: Why it is sent, in words.
        external_id: The client's own id, or nothing.
        at: When it was accepted, ms.
    """

    id: str
    recipient: str
    state: Word
    why: str
    number: str
    purpose: str
    external_id: str
    at: int


def row(page: Page, intent: Intent, numbers: Mapping[str, str]) -> Row:
    """One message of the list."""
    request = intent.request
    number = intent.instance_id or request.instance_id or ""
    return Row(
        id=intent.id,
        recipient=masked(request.target.value),
        state=standing(intent).told(page.gettext),
        why=_why(page, intent),
        number=numbers.get(number, number),
        purpose=page.gettext(PURPOSES[request.purpose]),
        external_id=request.external_id or "",
        at=intent.created_at,
    )


def newest_of(page: Page, intents: Sequence[Intent]) -> str:
    """The position of the newest of a page's rows; of this moment where there are none."""
    return position(intents[0]) if intents else f"{page.times.now:013d}#"


def _why(page: Page, intent: Intent) -> str:
    reason = reason_of(page.times, intent.reason)
    if intent.status is not Status.QUEUED or not intent.until:
        return reason
    return page.gettext("%(reason)s, until %(until)s") % {"reason": reason, "until": page.times.moment(intent.until)}
