"""The Gate: decides if, when and through which number an intent may leave, and says why.

Pure and total: everything it looks at is an argument, and every input has an answer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.decision import Approve, Block, Comparison, Defer, Drop
from chalicelib.domain.values import MINUTE, Reason

if TYPE_CHECKING:
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.decision import Decision
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.view import View

# How far ahead a slot may be handed out: the queue itself delays the message until then.
HORIZON = 2 * MINUTE
# How late a first claim may come before the slot is asked for again.
SLOT_LIFETIME = 2 * MINUTE

# What stops a number for good, and what ends by itself or by hand: then its intents wait for it.
_LOST = frozenset({Reason.INSTANCE_BANNED, Reason.NO_ELIGIBLE_INSTANCE})
_RETURNING = (Reason.INSTANCE_DISCONNECTED, Reason.COOLDOWN_ACTIVE, Reason.OPS_PAUSED)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An instance that a rule stopped, or its slot."""

    instance: Instance
    stopped: Reason | None
    slot: int
    numbers: dict[str, int | str]

    @property
    def line(self) -> Comparison:
        return Comparison(self.instance.id, self.stopped or "OK", self.numbers)


def decide(intent: Intent, view: View, now: int) -> Decision:
    """Decide one intent.

    Args:
        intent: A PENDING or QUEUED intent.
        view: The organization, its instances and their usage, and what is known of the recipient.
        now: The instant of the decision, ms.

    Returns:
        An approval with its slot, a deferral, a block, or a drop when the intent's time is over.
    """
    return (
        _intent_wide(intent, view.organization, now)
        or _refused_by(view.recipients.get(intent.id), intent, now)
        or _choose(intent, view, now)
    )


def interval_after(intent_id: str, policy: Policy) -> int:
    """The pause (ms) after this intent's slot: drawn from the policy's range, the same for the same intent."""
    draw = int.from_bytes(hashlib.blake2b(intent_id.encode(), digest_size=4).digest())
    return policy.min_interval + (policy.max_interval - policy.min_interval) * draw // 0xFFFFFFFF


def _intent_wide(intent: Intent, organization: Organization, now: int) -> Decision | None:
    request = intent.request
    if request.expires_at <= now:
        return Drop((Comparison(intent.id, "EXPIRED", {"expires_at": request.expires_at}),))
    if request.send_at is not None and request.send_at > now:
        trace = (Comparison(intent.id, Reason.SCHEDULED, {"send_at": request.send_at}),)
        return Defer(Reason.SCHEDULED, min(request.send_at, request.expires_at), None, trace)
    if organization.paused and organization.is_paused(now):
        trace = (Comparison(organization.id, Reason.OPS_PAUSED, {"since": organization.paused.at}),)
        return Defer(Reason.OPS_PAUSED, None, organization.id, trace)
    return None


def _refused_by(contact: Contact | None, intent: Intent, now: int) -> Decision | None:
    reason = contact.obstacle(intent.request, now) if contact else None
    if contact is None or reason is None:
        return None
    numbers: dict[str, int | str] = {}
    if contact.preference and reason is Reason.OPTED_OUT:
        numbers = {"opt_out": str(contact.preference.opt_out), "since": contact.preference.at}
    if contact.check and reason is Reason.RECIPIENT_NOT_ON_WHATSAPP:
        numbers = {"checked_at": contact.check.at}
    return Block(reason, (Comparison(contact.id, reason, numbers),))


def _choose(intent: Intent, view: View, now: int) -> Decision:
    candidates = [_examine(intent, view, instance, now) for instance in view.instances.values()]
    trace = tuple(candidate.line for candidate in candidates)
    free = [candidate for candidate in candidates if candidate.stopped is None]
    if free:
        best = min(free, key=lambda candidate: (candidate.slot, candidate.instance.id))
        expires_at = intent.request.expires_at
        if best.slot > now + HORIZON or best.slot >= expires_at:
            return Defer(Reason.RATE_LIMIT, min(max(now + 1, best.slot - HORIZON // 2), expires_at), None, trace)
        return Approve(best.instance.id, best.slot, min(best.slot + SLOT_LIFETIME, expires_at), trace)
    stopped = {candidate.stopped for candidate in candidates}
    for reason in _RETURNING:
        if reason in stopped:
            return Defer(reason, None, intent.request.instance_id or view.organization.id, trace)
    return Block(Reason.INSTANCE_BANNED if Reason.INSTANCE_BANNED in stopped else Reason.NO_ELIGIBLE_INSTANCE, trace)


def _examine(intent: Intent, view: View, instance: Instance, now: int) -> _Candidate:
    stopped = _stopped_by(intent, instance, now)
    if stopped:
        return _Candidate(instance, stopped, 0, {"connection": instance.connection, "lifecycle": instance.lifecycle})
    usage, policy = view.usage(instance.id), view.policy(instance.id)
    slot = usage.slot(policy, now)
    numbers: dict[str, int | str] = {
        "minute": f"{usage.minute.used(slot)}/{policy.per_minute}",
        "hour": f"{usage.hour.used(slot)}/{policy.per_hour}",
        "day": f"{usage.day.used(slot)}/{policy.per_day}",
        "slot": slot,
    }
    return _Candidate(instance, None, slot, numbers)


def _stopped_by(intent: Intent, instance: Instance, now: int) -> Reason | None:
    obstacle = instance.obstacle(now)
    if obstacle in _LOST:
        return obstacle
    pinned = intent.request.instance_id
    if pinned is not None and pinned != instance.id:
        return Reason.NO_ELIGIBLE_INSTANCE
    if not instance.carries(intent.request.purpose):
        return Reason.NO_ELIGIBLE_INSTANCE
    return obstacle
