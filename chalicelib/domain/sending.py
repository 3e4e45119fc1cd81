"""What a send tells of the number it left from: signs of trouble, a back-off, a reach-out lock and its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.instance import FINAL, JournalType
from chalicelib.domain.outcome import FailureClass, NotSent, Sent
from chalicelib.domain.reachout import CONTACT_WAITS
from chalicelib.domain.resting import throttled
from chalicelib.domain.session import sent_well
from chalicelib.domain.signals import Sign

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.outcome import Outcome

# Refusals that lie in the number: of one message that is refused again and again, only the first counts.
_FAILURES = frozenset({FailureClass.TRANSIENT, FailureClass.REACHOUT_LOCK, FailureClass.TOKEN_PROBLEM})
_ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Tried:
    """What was sent, as far as it matters to the number.

    Attributes:
        intent_id: The intent.
        accepted_at: When it had been accepted, ms.
        attempt: Number of the attempt.
        contact_id: Whom it is for.
    """

    intent_id: str
    accepted_at: int
    attempt: int
    contact_id: str


def taught(instance: Instance, tried: Tried, outcome: Outcome, now: int) -> Instance:
    """The instance after what came of a send; the same object when that tells nothing new.

    Args:
        instance: The number.
        tried: What was sent.
        outcome: What came of it, as ``outcome.meant`` puts it.
        now: When, ms.
    """
    if instance.lifecycle in FINAL:
        return instance
    if isinstance(outcome, Sent):
        return _reached(sent_well(instance, tried.accepted_at, now), tried, now)
    return _refused(instance, tried, outcome, now) if isinstance(outcome, NotSent) else instance


def probing(instance: Instance, intent_id: str, now: int) -> Instance:
    """The instance whose intent is about to find out whether a lock still holds; the same object when none is to."""
    reachout = instance.reachout.probing(intent_id, now)
    if reachout is instance.reachout:
        return instance
    asking = replace(instance, reachout=reachout)
    return asking.noting(JournalType.REACHOUT_PROBED, now, _ENGINE, intent_id=intent_id)


def _reached(instance: Instance, tried: Tried, now: int) -> Instance:
    reachout = instance.reachout.reaching(tried.intent_id, now)
    if reachout is instance.reachout:
        return instance
    return replace(instance, reachout=reachout).noting(JournalType.REACHOUT_UNLOCKED, now, _ENGINE)


def _refused(instance: Instance, tried: Tried, outcome: NotSent, now: int) -> Instance:
    if outcome.failure in _FAILURES and tried.attempt == 1:
        instance = instance.showing(Sign.FAILURES, now)
    if outcome.failure is FailureClass.REACHOUT_LOCK:
        return _locked(instance, tried, now)
    reachout = instance.reachout.missing(tried.intent_id)
    if reachout is not instance.reachout:
        instance = replace(instance, reachout=reachout)
    if outcome.failure is FailureClass.TOKEN_PROBLEM:
        return _misknown(instance, tried, now)
    return throttled(instance, outcome.retry_after, now) if outcome.failure is FailureClass.THROTTLED else instance


def _locked(instance: Instance, tried: Tried, now: int) -> Instance:
    reachout = instance.reachout.refusing(tried.contact_id, tried.intent_id, now)
    after = replace(instance, reachout=reachout)
    if reachout.lock is None or reachout.lock == instance.reachout.lock:
        facts = {"contact_id": tried.contact_id, "until": now + CONTACT_WAITS}
        return after.noting(JournalType.REACHOUT_REFUSED, now, _ENGINE, **facts)
    lock = reachout.lock
    return after.noting(JournalType.REACHOUT_LOCKED, now, _ENGINE, until=lock.until, level=lock.level)


def _misknown(instance: Instance, tried: Tried, now: int) -> Instance:
    reachout = instance.reachout.misknowing(now)
    if reachout is instance.reachout:
        return instance
    told = replace(instance, reachout=reachout)
    return told.noting(JournalType.TOKEN_PROBLEM, now, _ENGINE, contact_id=tried.contact_id)
