"""Dead letters, and a redrive of them: an organization's go through the Gate once more, page by page, at a rate.

A dead letter is an intent whose retries are exhausted. Its queue message is only its shadow: it says nothing any more
once the intent was decided anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.listing import IntentFilter
from chalicelib.domain.outcome import Failing
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.intent import Intent

DEAD = IntentFilter(status=Status.FAILED, reason=Failing.RETRIES_EXHAUSTED)
# So many are written down, retried and decided in one go.
PAGE = 100
USUAL_RATE, HIGHEST_RATE = 60, 600
# On their way on the approval that a message names, or undecided: the message may still be needed.
_OPEN = frozenset({Status.PENDING, Status.APPROVED, Status.SENDING, Status.UNCONFIRMED})


class RedriveStatus(StrEnum):
    """Whether a redrive goes on."""

    RUNNING = "RUNNING"
    CANCELLED = "CANCELLED"
    DONE = "DONE"


class Fate(StrEnum):
    """What a redrive did with one dead letter."""

    REDRIVEN = "REDRIVEN"
    EXPIRED = "EXPIRED"
    MOVED_ON = "MOVED_ON"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Fates:
    """How many dead letters met which fate.

    Attributes:
        redriven: Decided anew.
        expired: Left alone, for they are worthless by now; each can still be retried by itself.
        moved_on: Retried by hand, proven to be sent or deleted before it was their turn.
        failed: Left where they are, because it did not work: retried too often, content gone, or what the log says.
    """

    redriven: int = 0
    expired: int = 0
    moved_on: int = 0
    failed: int = 0

    def plus(self, fates: Iterable[Fate | None]) -> Fates:
        """The counts with more of them; ``None`` stands for one that nothing was done about."""
        met = list(fates)
        return Fates(
            self.redriven + met.count(Fate.REDRIVEN),
            self.expired + met.count(Fate.EXPIRED),
            self.moved_on + met.count(Fate.MOVED_ON),
            self.failed + met.count(Fate.FAILED),
        )


@dataclass(frozen=True, slots=True)
class Redrive:
    """One redrive of an organization's dead letters: of all that had failed when it began.

    Attributes:
        organization_id: Whose dead letters.
        by: Who began it.
        why: Why, in that person's words.
        per_minute: How many are redriven a minute, on average.
        started_at: When it began, ms.
        free_at: Up to when its rate is used up, ms.
        status: Whether it goes on.
        ended_at: When it was done or cancelled, ms.
        ended_by: Who cancelled it.
        after: Position in the organization's list up to which it has come; ``None`` at its beginning.
        searched_at: When it came to the list's end, ms.
        page: The intents that are being redriven: written down before anything is done, so that each is counted once,
            however often a process dies.
        fates: What became of those before them.
        unreadable: How many unreadable messages the last look left in the queue, of whichever organization.
        version: Stored version this was read at; 0 when nothing is stored yet.
    """

    organization_id: str
    by: str
    why: str
    per_minute: int
    started_at: int
    free_at: int
    status: RedriveStatus = RedriveStatus.RUNNING
    ended_at: int | None = None
    ended_by: str | None = None
    after: str | None = None
    searched_at: int | None = None
    page: tuple[str, ...] = ()
    fates: Fates = field(default_factory=Fates)
    unreadable: int = 0
    version: int = 0

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self.status is RedriveStatus.RUNNING

    @property
    def searching(self) -> bool:
        """Whether there may be more to redrive."""
        return self.running and self.searched_at is None

    @property
    def unfinished(self) -> bool:
        """Whether the sweep has something to do for it: a cancelled one's last page is still to be counted."""
        return self.running or bool(self.page)

    def room(self, now: int) -> int:
        """How many its rate leaves at ``now`` (ms): a minute's worth at the most."""
        left = now + MINUTE - max(self.free_at, now)
        return max(0, (left * self.per_minute + MINUTE // 2) // MINUTE)

    def concerns(self, intent: Intent) -> bool:
        """Whether an intent is a dead letter that was one when the redrive began."""
        return DEAD.matches(intent) and intent.timeline[-1].at <= self.started_at

    def taking(self, page: Iterable[str], after: str | None, now: int) -> Redrive:
        """With the next page written down, which ends at ``after`` (``None``: at the list's end)."""
        names = tuple(page)
        return replace(
            self,
            page=names,
            after=after,
            searched_at=now if after is None else None,
            free_at=max(self.free_at, now) + len(names) * MINUTE // self.per_minute,
        )

    def wants(self, intent: Intent, now: int) -> bool:
        """Whether an intent is to be decided anew by it."""
        return self.running and self.concerns(intent) and not intent.expired(now)

    def fate_of(self, intent: Intent | None, now: int) -> Fate | None:
        """What the redrive has done with one of its page; ``None``: nothing yet."""
        if intent is not None and self._retried(intent):
            return Fate.REDRIVEN
        if intent is None or not self.concerns(intent):
            return Fate.MOVED_ON
        return Fate.EXPIRED if intent.expired(now) else None

    def booked(self, fates: Iterable[Fate | None]) -> Redrive:
        """With its page done."""
        return replace(self, page=(), fates=self.fates.plus(fates))

    def cancelled(self, actor: str, now: int) -> Redrive:
        """Ended by hand; what it has redriven stays redriven.

        Raises:
            TransitionRefused: It does not run.
        """
        if not self.running:
            raise TransitionRefused(f"The redrive is {self.status}: it cannot be cancelled.")
        return replace(self, status=RedriveStatus.CANCELLED, ended_at=now, ended_by=actor)

    def done(self, unreadable: int, now: int) -> Redrive:
        """Ended, with so many messages left in the queue that nobody can read."""
        return replace(self, status=RedriveStatus.DONE, ended_at=now, unreadable=unreadable)

    def stored(self) -> Redrive:
        """The redrive once it has been stored: one version on."""
        return replace(self, version=self.version + 1)

    def _retried(self, intent: Intent) -> bool:
        ours = (self.by, self.why)
        return any(
            event.type is EventType.RETRIED and event.at >= self.started_at and (event.actor, event.data["why"]) == ours
            for event in intent.timeline
        )


def succeeding(before: Redrive | None, new: Redrive) -> Redrive:
    """A new redrive to be stored in the place of the one before.

    Raises:
        TransitionRefused: That one is not done yet.
    """
    if before is not None and before.running:
        raise TransitionRefused("A redrive is running already. Wait until it is done, or cancel it.")
    return replace(new, version=before.version if before else 0)


def is_moot(intent: Intent | None, approval: int) -> bool:
    """Whether a dead message has nothing to say any more: its intent ended otherwise, or was decided anew since.

    Args:
        intent: The intent it names; ``None`` when that is deleted.
        approval: The approval it names.
    """
    if intent is None or intent.approval != approval:
        return True
    return intent.status not in _OPEN and not DEAD.matches(intent)


def last_failure(intent: Intent) -> str | None:
    """The failure class of an intent's last try."""
    codes = (str(event.data["code"]) for event in reversed(intent.timeline) if "code" in event.data)
    return next(codes, None)
