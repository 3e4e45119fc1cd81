"""A number that WhatsApp no longer lets write to strangers: what refusals are taken to mean, until when, how it ends.

WhatsApp never says that an account is locked: it only refuses one send after the other (error 463). So the lock is an
assumption with an end, and one message to somebody new finds out whether it still holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.domain.values import DAY, MINUTE

# Two people who could not be reached within this time: the account is locked, not the one contact.
SUSPICIOUS = 10 * MINUTE
# How long somebody who could not be reached waits on that number.
CONTACT_WAITS = DAY
FIRST_LOCK, LONGEST_LOCK = DAY, 7 * DAY
# How long everybody else new waits for the probe's answer.
PROBE_PATIENCE = 10 * MINUTE
# A new lock so soon after the last one was lifted is the same trouble again.
RECENTLY = DAY
# How long an operator is told of a refusal that is no lock, and how often it is written down.
TOLD_FOR, TOLD_EVERY = DAY, 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody new whom a number could not reach, and when (ms)."""

    contact_id: str
    at: int


@dataclass(frozen=True, slots=True)
class Lock:
    """A reach-out lock of the whole number.

    Attributes:
        since: When it was concluded, ms.
        until: When one message may find out whether it still holds, ms.
        level: How often in a row it has been so.
        assumed: Whether it is our conclusion; nothing says so but refusals.
        probe: Id of the intent that finds out.
        probed_at: When it set out, ms.
        lifted_at: When somebody new was reached again, ms; 0 while it holds.
    """

    since: int
    until: int
    level: int = 1
    assumed: bool = True
    probe: str = ""
    probed_at: int = 0
    lifted_at: int = 0

    def waits_until(self, at: int) -> int:
        """Until when people who are new wait at ``at`` (ms); 0 when they need not."""
        if self.lifted_at:
            return 0
        answer_by = self.probed_at + PROBE_PATIENCE if self.probe else 0
        return next((end for end in (self.until, answer_by) if at < end), 0)

    def wants_probe(self, at: int) -> bool:
        """Whether the next message to somebody new is the one that finds out."""
        return not self.lifted_at and not self.waits_until(at)


@dataclass(frozen=True, slots=True)
class Reachout:
    """What a number's refusals by error 463 have come to.

    Attributes:
        lock: The latest lock, lifted or not.
        refused: Who could not be reached last.
        token_at: When somebody known was refused, ms: no lock, but a session that has lost what it knew of them.
    """

    lock: Lock | None = None
    refused: Refused | None = None
    token_at: int = 0

    def until(self, at: int) -> int:
        """Until when people who are new wait at ``at`` (ms); 0 when they need not."""
        return self.lock.waits_until(at) if self.lock else 0

    def lets(self, intent_id: str, at: int) -> bool:
        """Whether an intent may go to somebody new at ``at`` (ms): without a lock any, after its time the probe."""
        if self.lock is None or self.lock.lifted_at:
            return True
        return at >= self.lock.until and self.lock.probe == intent_id

    def probing(self, intent_id: str, now: int) -> Reachout:
        """With the intent that finds out whether the lock still holds; the same object when none is wanted."""
        if self.lock is None or not self.lock.wants_probe(now):
            return self
        return replace(self, lock=replace(self.lock, probe=intent_id, probed_at=now))

    def refusing(self, contact_id: str, intent_id: str, now: int) -> Reachout:
        """After somebody new could not be reached."""
        last, lock = self.refused, self.lock
        noted = replace(self, refused=Refused(contact_id, now))
        if lock and not lock.lifted_at:
            # Whoever was already under way when it began says nothing new.
            return replace(noted, lock=_locked(lock.level + 1, now)) if lock.probe == intent_id else noted
        if last is None or last.contact_id == contact_id or now > last.at + SUSPICIOUS:
            return noted
        again = lock is not None and now <= lock.lifted_at + RECENTLY
        return replace(noted, lock=_locked(lock.level + 1 if lock and again else 1, now))

    def reaching(self, intent_id: str, now: int) -> Reachout:
        """After somebody new was reached: the probe lifts the lock; the same object when it says nothing."""
        if self.lock is None or self.lock.probe != intent_id or self.lock.lifted_at:
            return self
        return replace(self, refused=None, lock=replace(self.lock, probe="", probed_at=0, lifted_at=now))

    def missing(self, intent_id: str) -> Reachout:
        """After the probe failed for a reason of its own: the next one finds out; the same object for another."""
        if self.lock is None or self.lock.probe != intent_id or self.lock.lifted_at:
            return self
        return replace(self, lock=replace(self.lock, probe="", probed_at=0))

    def misknowing(self, now: int) -> Reachout:
        """After somebody known was refused; the same object when that was written down a moment ago."""
        return self if self.token_at and now < self.token_at + TOLD_EVERY else replace(self, token_at=now)

    def has_token_problem(self, at: int) -> bool:
        """Whether an operator should know at ``at`` (ms) that somebody known was refused."""
        return bool(self.token_at) and at < self.token_at + TOLD_FOR


# A number that was never refused.
OPEN = Reachout()


def _locked(level: int, now: int) -> Lock:
    return Lock(now, now + min(FIRST_LOCK << min(level, 16) - 1, LONGEST_LOCK), level)
