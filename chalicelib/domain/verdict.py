"""Whether a queue message may start an attempt: now, later, in another slot, or never again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.outcome import Failing
from chalicelib.domain.policy import LONGEST_TYPING
from chalicelib.domain.status import Status
from chalicelib.domain.values import MINUTE, ContentType

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent

MAX_ATTEMPTS = 6
# How long after the first unknown attempt the same message id may be repeated.
REPEAT_WINDOW = 10 * MINUTE
# How far ahead of its slot an attempt may be taken up: long enough to show "typing"; the call waits for the slot.
EARLY = LONGEST_TYPING

# Content that carries no message id of ours: sending it again would be a second message.
NEVER_REPEATED = frozenset({ContentType.REACTION})


@dataclass(frozen=True, slots=True)
class Go:
    """The attempt may start now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Too early: the queue message comes back at ``until`` (ms)."""

    until: int


@dataclass(frozen=True, slots=True)
class Late:
    """The slot has passed: it needs another one."""


@dataclass(frozen=True, slots=True)
class Dead:
    """Every attempt failed: the queue message belongs to the dead letters."""


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing to do for this queue message: the intent is finished, decided anew, or somebody else's."""


Verdict = Go | Wait | Late | Dead | Done


def may_start(intent: Intent, approval: int, now: int) -> Verdict:
    """Whether a queue message that names ``approval`` may start an attempt at ``now`` (ms)."""
    if intent.approval != approval:
        return Done()
    if intent.status is Status.UNCONFIRMED:
        return _may_repeat(intent, now)
    if intent.status is Status.SENDING and now < intent.lease_until:
        # Delivered once more while it is worked on: whoever has it may still need its message.
        return Wait(intent.lease_until)
    if intent.status is not Status.APPROVED:
        return Dead() if intent.reason == Failing.RETRIES_EXHAUSTED else Done()
    ready = max(intent.not_before, intent.retry_at)
    if ready > now + EARLY:
        return Wait(ready)
    return Late() if now > intent.not_after or intent.expired(now) else Go()


def repeatable(intent: Intent, now: int) -> bool:
    """Whether an unconfirmed intent may be sent again under the same message id."""
    return (
        intent.status is Status.UNCONFIRMED
        and intent.request.content_type not in NEVER_REPEATED
        and now < intent.unknown_since + REPEAT_WINDOW
        and not intent.expired(now)
        and intent.attempts < MAX_ATTEMPTS
    )


def repeats_in_slot(intent: Intent, now: int) -> bool:
    """Whether an unconfirmed intent has a slot for its repeat that is not over; without one, the sweep finds one."""
    return repeatable(intent, now) and intent.has_next_slot and now <= intent.not_after


def _may_repeat(intent: Intent, now: int) -> Verdict:
    if not repeats_in_slot(intent, now):
        return Done()
    return Wait(intent.retry_at) if intent.retry_at > now + EARLY else Go()
