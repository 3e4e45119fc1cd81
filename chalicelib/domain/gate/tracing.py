"""What a decision compared, kept small: an approval is on every header, so it tells the winner's figures and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.decision import Comparison
from chalicelib.domain.limits import limits_at
from chalicelib.domain.values import DAY, MINUTE, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from chalicelib.domain.decision import Numbers, Trace
    from chalicelib.domain.gate.choice import Candidate
    from chalicelib.domain.gate.situation import Situation
    from chalicelib.domain.limits import Limits
    from chalicelib.domain.usage import Usage

# With so many numbers or fewer, a deferral tells of each by itself.
_FEW = 3
_WHOLE = 100


def winners_trace(winner: Candidate, near: Sequence[Candidate], far: Iterable[Candidate]) -> Trace:
    """The winner's figures, how many others could have sent it, and how many could not by what was found of them."""
    counts = {"OK": len(near) - 1} if len(near) > 1 else {}
    for one in far:
        counts[str(one.reason)] = counts.get(str(one.reason), 0) + 1
    others = tuple(Comparison("", rule, {"instances": count}) for rule, count in counts.items())
    return (Comparison(winner.situation.instance.id, "OK", _room_at_its_slot(winner)), *others)


def full_trace(candidates: Sequence[Candidate]) -> Trace:
    """Why each number could not; of many with the same reason, the one that can send first and how many others."""
    if not candidates:
        return (Comparison("", Reason.NO_ELIGIBLE_INSTANCE, {"instances": 0}),)
    if len(candidates) <= _FEW:
        return tuple(line(one) for one in candidates)
    by_reason: dict[Reason, list[Candidate]] = {}
    for one in candidates:
        by_reason.setdefault(one.reason, []).append(one)
    return tuple(line(min(same, key=lambda one: one.at), len(same) - 1) for same in by_reason.values())


def line(candidate: Candidate, others: int = 0) -> Comparison:
    """What was found of one number, and how many others it stands for."""
    told = _TOLD.get(candidate.reason)
    numbers = told(candidate.situation) if told else _room_now(candidate)
    if candidate.slot is not None:
        numbers["slot"] = candidate.slot.at
    if others:
        numbers["others"] = others
    return Comparison(candidate.situation.instance.id, candidate.reason, numbers)


def _room_at_its_slot(winner: Candidate) -> Numbers:
    """How full the windows are where the message is to leave."""
    slot = winner.slot
    return _room(winner.situation, slot.at, slot.limits) | {"slot": slot.at} if slot else {}


def _room_now(candidate: Candidate) -> Numbers:
    """How full the windows are at present, and which of them, or the pace, leaves no room sooner."""
    situation, slot, now = candidate.situation, candidate.slot, candidate.situation.asked.now
    limits = limits_at(situation.policy, situation.instance, now)
    kept = {} if situation.asked.reply else _without_the_share_of_replies(situation.usage, limits, now)
    return _room(situation, now, limits) | kept | {"window": slot.window if slot and slot.reason else "pace"}


def _without_the_share_of_replies(usage: Usage, limits: Limits, at: int) -> Numbers:
    """The windows in which only replies have room, as far as others may use them."""
    parts = (limits.paced_minute, limits.paced_hour, limits.paced_day)
    windows = zip(("minute", "hour", "day"), usage.paced, parts, strict=True)
    return {name: f"{used}/{part}" for name, window, part in windows if (used := window.used(at)) >= part}


def _room(situation: Situation, at: int, limits: Limits) -> Numbers:
    usage = situation.usage
    numbers: Numbers = {
        "minute": f"{usage.everything.minute.used(at)}/{limits.minute}",
        "hour": f"{usage.everything.hour.used(at)}/{limits.hour}",
        "day": f"{usage.everything.day.used(at)}/{limits.day}",
    }
    if situation.new_contact and limits.new_contacts is not None:
        numbers["new"] = f"{usage.new_contacts.used(at)}/{limits.new_contacts}"
    warmup, age = situation.policy.warmup, situation.instance.warmup_age(at)
    if warmup is not None and warmup.lasts(age):
        numbers["warmup_day"] = f"{age // DAY + 1}/{warmup.days}"
    if limits.capacity < _WHOLE:
        numbers["capacity"] = limits.capacity
    return numbers


def _eligible(situation: Situation) -> Numbers:
    if situation.asked.bound_to not in {None, situation.instance.id}:
        return {"pinned": situation.asked.bound_to or ""}
    return {"lifecycle": situation.instance.lifecycle, "purpose": situation.instance.purpose}


def _unsupported(situation: Situation) -> Numbers:
    request = situation.asked.intent.request
    if request.target.is_group and not situation.provider.groups:
        return {"target": request.target.kind}
    return {"content_type": request.content_type}


def _cooldown(situation: Situation) -> Numbers:
    cooldown = situation.instance.cooldown
    return {"until": cooldown.until, "cause": cooldown.reason} if cooldown else {}


def _lock(situation: Situation) -> Numbers:
    number = situation.instance.reachout_until(situation.asked.now)
    contact = situation.asked.contact.locked_until(situation.instance.id) if situation.asked.contact else 0
    return {"until": max(number, contact), "scope": "number" if number >= contact else "contact"}


def _spacing(situation: Situation) -> Numbers:
    return {"last_message": situation.asked.last_slot, "spacing": situation.policy.spacing}


def _duplicate(situation: Situation) -> Numbers:
    return {"last_message": situation.asked.told_at, "window": situation.policy.duplicate_window}


def _quiet(situation: Situation) -> Numbers:
    quiet = situation.quiet
    return {"quiet": f"{_clock(quiet.start)}-{_clock(quiet.end)}", "zone": situation.zone} if quiet else {}


def _clock(minute: int) -> str:
    hour, rest = divmod(minute, MINUTE // 1_000)
    return f"{hour:02d}:{rest:02d}"


def _plan(situation: Situation) -> Numbers:
    asked = situation.asked
    used, plan = asked.plan_usage.everything.day.used(asked.now), asked.view.organization.plan
    return {"plan": f"{used}/{plan}"}


_TOLD: Mapping[Reason, Callable[[Situation], Numbers]] = {
    Reason.INSTANCE_BANNED: lambda situation: {"lifecycle": situation.instance.lifecycle},
    Reason.NO_ELIGIBLE_INSTANCE: _eligible,
    Reason.POLICY_BLOCKED: lambda _situation: {"setting": "allow_groups"},
    Reason.NOT_IN_GROUP: lambda situation: {"checked_at": situation.groups.asked_at},
    Reason.UNSUPPORTED_MESSAGE_TYPE: _unsupported,
    Reason.OPS_PAUSED: lambda situation: {"since": situation.instance.paused.at} if situation.instance.paused else {},
    Reason.INSTANCE_DISCONNECTED: lambda situation: {
        "connection": situation.instance.connection,
        "seen_at": situation.instance.seen_at,
    },
    Reason.COOLDOWN_ACTIVE: _cooldown,
    Reason.REACHOUT_LOCK: _lock,
    Reason.RECIPIENT_COOLDOWN: _spacing,
    Reason.DUPLICATE_CONTENT: _duplicate,
    Reason.QUIET_HOURS: _quiet,
    Reason.PLAN_LIMIT: _plan,
    Reason.OUTSIDE_SERVICE_WINDOW: lambda situation: {"last_inbound": situation.last_inbound},
}
