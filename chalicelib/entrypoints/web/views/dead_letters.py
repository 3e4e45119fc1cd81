"""Dead letters as pages show them: what failed and why, how far a redrive is, what the queues hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.redrive import last_failure
from chalicelib.domain.role import Role
from chalicelib.entrypoints.web.views.banner import Banner
from chalicelib.entrypoints.web.views.phones import masked
from chalicelib.entrypoints.web.words.dead_letters import QUEUES, STATUSES
from chalicelib.entrypoints.web.words.events import failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.redrive import Redrive
    from chalicelib.entrypoints.web.page import Page
    from chalicelib.entrypoints.web.words.word import Word

# How soon the page looks again while a redrive runs, s: the sweep works once a minute.
_LOOK_AGAIN = 15


@dataclass(frozen=True, slots=True)
class DeadLetterRow:
    """One dead letter.

    Attributes:
        id: The intent.
        recipient: Masked.
        failure: Why its last try came to nothing, in words.
        attempts: How many there were.
        number: Name of its number.
        at: When it was given up, ms.
    """

    id: str
    recipient: str
    failure: str
    attempts: str
    number: str
    at: int


@dataclass(frozen=True, slots=True)
class RedriveShown:
    """A redrive.

    Attributes:
        state: Its badge.
        running: Whether it goes on.
        poll: When the page should look again, s; 0 for not at all.
        by: Who began it.
        why: Why, in that person's words.
        rate: How fast it goes.
        began_at: When, ms.
        ended_at: When it ended, ms.
        ended_by: Who cancelled it; empty when nobody did.
        fates: What became of those that it came to and how many are left, each with a number.
    """

    state: Word
    running: bool
    poll: int
    by: str
    why: str
    rate: str
    began_at: int
    ended_at: int | None
    ended_by: str
    fates: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Buried:
    """One dead-letter queue, and about how many messages are in it."""

    what: str
    count: str


def letter_row(page: Page, intent: Intent, numbers: Mapping[str, str]) -> DeadLetterRow:
    """One dead letter of the list."""
    number = intent.instance_id or ""
    return DeadLetterRow(
        id=intent.id,
        recipient=masked(intent.request.target.value),
        failure=failure(page.times, last_failure(intent) or ""),
        attempts=page.times.number(intent.attempts),
        number=numbers.get(number, number),
        at=intent.timeline[-1].at,
    )


def redrive_shown(page: Page, redrive: Redrive, left: int, names: Mapping[str, str]) -> RedriveShown:
    """How a redrive stands.

    Args:
        page: Who reads.
        redrive: The redrive.
        left: How many dead letters there are now.
        names: What actors are called (``views.people``).
    """
    per_minute = page.gettext("%(count)s a minute")
    return RedriveShown(
        state=STATUSES[redrive.status].told(page.gettext),
        running=redrive.running,
        poll=_LOOK_AGAIN if redrive.running else 0,
        by=names.get(redrive.by, redrive.by),
        why=redrive.why,
        rate=per_minute % {"count": page.times.number(redrive.per_minute)},
        began_at=redrive.started_at,
        ended_at=redrive.ended_at,
        ended_by=names.get(redrive.ended_by or "", redrive.ended_by or ""),
        fates=[*_fates(page, redrive), (page.gettext("Dead letters now"), page.times.number(left))],
    )


def _fates(page: Page, redrive: Redrive) -> list[tuple[str, str]]:
    """The first one always, the others where there are any."""
    say, fates = page.gettext, redrive.fates
    counted = [
        (say("Decided anew"), fates.redriven),
        (say("Worthless by now, left alone"), fates.expired),
        (say("Moved on before their turn"), fates.moved_on),
        (say("Could not be redriven"), fates.failed),
        (say("Unreadable messages left in the queue"), redrive.unreadable),
    ]
    return [(label, page.times.number(count)) for at, (label, count) in enumerate(counted) if count or not at]


def buried(page: Page, messages: Mapping[str, int | None]) -> list[Buried]:
    """What each dead-letter queue holds."""
    silent = page.gettext("does not answer")
    return [
        Buried(page.gettext(QUEUES[name]), silent if count is None else page.times.number(count))
        for name, count in messages.items()
    ]


def dead_letter_banner(page: Page, count: int) -> list[Banner]:
    """The alert that there are dead letters, if there are any."""
    if not count:
        return []
    title = page.ngettext("%(count)s message could not be sent", "%(count)s messages could not be sent", count)
    lines = (
        page.gettext("Every attempt failed for now; nothing of it arrived, and nothing more is tried by itself."),
        page.gettext("Once the trouble is over, let them go through the Gate again."),
    )
    action = page.gettext("Look at them") if page.may(Role.OPERATOR) else page.gettext("See why")
    return [Banner("stop", title % {"count": page.times.number(count)}, lines, "dead-letters", action)]
