"""Asks the rules in order: those of the intent as a whole, of its recipient, then of each number."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from chalicelib.domain.campaign import stopped
from chalicelib.domain.consent import refusal
from chalicelib.domain.decision import Approve, Block, Comparison, Defer, Drop
from chalicelib.domain.gate.choice import best, first_to_send, looked_at, most_useful, only_member, parted, returning
from chalicelib.domain.gate.situation import asked_of, situation
from chalicelib.domain.gate.timing import allowed_until, rules_for
from chalicelib.domain.gate.tracing import full_trace, line, winners_trace
from chalicelib.domain.parking import Line, line_in, line_of
from chalicelib.domain.usage import HORIZON
from chalicelib.domain.values import MINUTE, Purpose, Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from chalicelib.domain.contact import Contact
    from chalicelib.domain.decision import Decision, Numbers
    from chalicelib.domain.gate.choice import Candidate
    from chalicelib.domain.gate.situation import Situation
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.view import View

# How late a first claim may come before the slot is asked for again.
SLOT_LIFETIME = 2 * MINUTE
# How long before the slot it hopes for an intent is looked at again.
LEAD = HORIZON // 2

# Waits that end at an instant of the intent's own; all others for room end when others have left the line.
_TIMED = frozenset(
    {Reason.QUIET_HOURS, Reason.RECIPIENT_COOLDOWN, Reason.REACHOUT_LOCK, Reason.DUPLICATE_CONTENT, Reason.SCHEDULED}
)
# Who waits for room in a line is before everybody who comes to it or to a line behind it.
_BEFORE = {
    Line.REPLIES: (Line.REPLIES,),
    Line.DISPATCH: (Line.REPLIES, Line.DISPATCH),
    Line.WARMUP: (Line.REPLIES, Line.WARMUP),
    Line.CAMPAIGN: (Line.REPLIES, Line.DISPATCH, Line.CAMPAIGN),
}


def decide(intent: Intent, view: View, now: int, contended: frozenset[str] = frozenset()) -> Decision:
    """Decide one intent.

    Args:
        intent: A PENDING or QUEUED intent.
        view: The organization, its instances and their usage, and what is known of the recipient.
        now: The instant of the decision, ms.
        contended: Ids of numbers whose reservation was just lost to somebody else: the others are preferred.

    Returns:
        An approval with its slot, a deferral, a block, or a drop when the intent's time is over.
    """
    return (
        _intent_wide(intent, view, now)
        or _refused_by(view.recipients.get(intent.id), intent, view.organization.policy, now)
        or _choose(intent, view, now, contended)
    )


def interval_after(intent_id: str, policy: Policy) -> int:
    """The pause (ms) after this intent's slot: drawn from the policy's range, the same for the same intent."""
    draw = int.from_bytes(hashlib.blake2b(intent_id.encode(), digest_size=4).digest())
    return policy.min_interval + (policy.max_interval - policy.min_interval) * draw // 0xFFFFFFFF


def _intent_wide(intent: Intent, view: View, now: int) -> Decision | None:
    request, organization = intent.request, view.organization
    if request.expires_at <= now:
        return Drop((Comparison(intent.id, "EXPIRED", {"expires_at": request.expires_at}),))
    of_its_campaign = stopped(intent, view.campaigns)
    if of_its_campaign is not None:
        return of_its_campaign
    if request.send_at is not None and request.send_at > now:
        trace = (Comparison(intent.id, Reason.SCHEDULED, {"send_at": request.send_at}),)
        return Defer(Reason.SCHEDULED, min(request.send_at, request.expires_at), None, trace)
    if organization.paused and organization.is_paused(now):
        trace = (Comparison(organization.id, Reason.OPS_PAUSED, {"since": organization.paused.at}),)
        return Defer(Reason.OPS_PAUSED, None, organization.id, trace)
    return None


def _refused_by(contact: Contact | None, intent: Intent, policy: Policy, now: int) -> Decision | None:
    """What the recipient wants, or what is known of their phone."""
    reason = refusal(contact, intent.request, policy, now)
    if reason is None:
        return None
    numbers: Numbers = {}
    if contact and contact.preference and reason is Reason.OPTED_OUT:
        numbers = {"opt_out": str(contact.preference.opt_out), "since": contact.preference.at}
    if contact and contact.check and reason is Reason.RECIPIENT_NOT_ON_WHATSAPP:
        numbers = {"checked_at": contact.check.at}
    return Block(reason, (Comparison(contact.id if contact else intent.id, reason, numbers),))


def _choose(intent: Intent, view: View, now: int, contended: frozenset[str]) -> Decision:
    asked = asked_of(intent, view, now)
    rules = rules_for(asked)
    candidates = [looked_at(situation(asked, one), rules) for one in view.instances.values()]
    subject = asked.bound_to or only_member(candidates) or view.organization.id
    near, far = parted(candidates, intent, now)
    if near:
        winner = best(_without_lines(near, view) or near, contended)
        return _behind_others(intent, view, winner, subject) or _approve(winner, near, far)
    first = first_to_send(candidates)
    if first is not None:
        return _wait(intent, first, candidates, subject, now)
    reason = returning(candidates)
    if reason is not None:
        return Defer(reason, None, subject, full_trace(candidates))
    return Block(most_useful(candidates), full_trace(candidates))


def _approve(winner: Candidate, near: Sequence[Candidate], far: Sequence[Candidate]) -> Decision:
    chosen = winner.situation
    expires_at = chosen.asked.intent.request.expires_at
    return Approve(
        instance_id=chosen.instance.id,
        not_before=winner.at,
        not_after=min(winner.at + SLOT_LIFETIME, expires_at, allowed_until(chosen, winner.at)),
        trace=winners_trace(winner, near, far),
        new_contact=chosen.new_contact,
        planned=chosen.asked.view.organization.plan is not None,
    )


def _without_lines(near: Sequence[Candidate], view: View) -> Sequence[Candidate]:
    """The numbers on which nobody waits who insists on them, if there are any."""
    if not view.lines:
        return near
    return [one for one in near if not _waiting_on(view, one.situation, {one.situation.instance.id})]


def _waiting_on(view: View, situation: Situation, subjects: Collection[str]) -> list[Line]:
    """The lines, as far as they go before an intent, in which somebody waits for one of these subjects."""
    lines = {*_BEFORE[_line(situation)], *([_line_of_new_contacts(situation)] if situation.new_contact else [])}
    return [one for one in lines if any(line_of(name, one) in view.lines for name in subjects)]


def _behind_others(intent: Intent, view: View, winner: Candidate, subject: str) -> Decision | None:
    """A place in the line when others wait in it, unless the intent's turn has come there."""
    if not view.lines or line_in(intent.parked_on or "") is not None:
        return None
    chosen = winner.situation
    waiting = _waiting_on(view, chosen, {subject, view.organization.id, chosen.instance.id})
    if not waiting:
        return None
    of_new = _line_of_new_contacts(chosen)
    into = of_new if waiting == [of_new] else _line(chosen)
    reason = Reason.NEW_CONTACT_LIMIT if into is of_new else Reason.RATE_LIMIT
    compared = line(winner)
    trace = (Comparison(compared.subject, reason, {**compared.numbers, "window": "line"}),)
    return Defer(reason, None, line_of(subject, into), trace)


def _wait(intent: Intent, first: Candidate, candidates: Sequence[Candidate], subject: str, now: int) -> Decision:
    """A deferral to the slot that comes first: by an alarm of its own, or in the line for it."""
    reason, trace, expires_at = first.reason, full_trace(candidates), intent.request.expires_at
    if reason in _TIMED and not _rests_with_its_line(intent, first):
        until = expires_at if first.at >= expires_at else max(now + 1, first.at - LEAD)
        return Defer(reason, until, None, trace)
    # Whoever would expire first joins the line, too: a limit may be raised before.
    if reason is Reason.PLAN_LIMIT:
        subject = first.situation.asked.plan_usage.instance_id
    of_new = reason is Reason.NEW_CONTACT_LIMIT
    into = _line_of_new_contacts(first.situation) if of_new else _line(first.situation)
    return Defer(reason, None, line_of(subject, into), trace)


def _rests_with_its_line(intent: Intent, first: Candidate) -> bool:
    """Whether the night is that of all in the line: whoever is in another zone leaves it, and holds up nobody."""
    in_line = line_in(intent.parked_on or "") is not None
    at_home = first.situation.zone == first.situation.asked.view.organization.time_zone
    return in_line and at_home and first.reason is Reason.QUIET_HOURS


def _line(situation: Situation) -> Line:
    if situation.asked.reply:
        return Line.REPLIES
    if situation.asked.intent.request.purpose is Purpose.WARMUP:
        return Line.WARMUP
    return Line.DISPATCH if situation.quiet is None else Line.CAMPAIGN


def _line_of_new_contacts(situation: Situation) -> Line:
    return Line.WARMUP_NEW if situation.asked.intent.request.purpose is Purpose.WARMUP else Line.NEW_CONTACTS
