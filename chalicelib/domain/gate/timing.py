"""The rules of time: each tells from when on it allows a message, and they are asked until none moves the slot.

So a slot that one rule moved past midnight is looked at again by all the others, and the slot found is the first
instant at which every rule allows the message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain.capabilities import SERVICE_WINDOW
from chalicelib.domain.limits import limits_at, next_rise
from chalicelib.domain.policy import OnDuplicate
from chalicelib.domain.values import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chalicelib.domain.gate.situation import Asked, Situation
    from chalicelib.domain.limits import Limits
    from chalicelib.domain.window import Window

# No instant: the rule will not allow the message, however long it waits.
NEVER = 1 << 62
# No chain of rules moves a slot more often: each move clears a bucket, a night or a minute of a ramp.
_MOVES = 1_000


class Slot(NamedTuple):
    """The first instant that every rule allows.

    Attributes:
        at: The instant, ms.
        limits: The limits that hold then.
        reason: The rule that moved it there last; ``None`` when nothing did.
        window: The window that was full, if it was one.
    """

    at: int
    limits: Limits
    reason: Reason | None = None
    window: str = ""


class Rule(NamedTuple):
    """From when on (ms) a message is allowed, looked at from an instant; that instant itself when it is allowed."""

    reason: Reason
    allows: Callable[[Situation, int, Limits], int]
    window: str = ""
    matters: Callable[[Asked], bool] = lambda _asked: True


def rules_for(asked: Asked) -> list[Rule]:
    """The rules that can matter to what is asked, whichever the number; those of full windows are asked besides."""
    return [rule for rule in _RULES if rule.matters(asked)]


def first_slot(situation: Situation, rules: Sequence[Rule]) -> Slot | Reason:
    """The first slot that every rule allows, or the rule that forbids all."""
    at = situation.usage.begins(situation.asked.now, reply=situation.asked.reply)
    moved_by: Rule | None = None
    for _ in range(_MOVES):
        limits = limits_at(situation.policy, situation.instance, at)
        furthest, by = at, None
        for rule in rules if _has_room(situation, limits) else (*rules, *_WINDOWS):
            allowed = rule.allows(situation, at, limits)
            if allowed > furthest:
                furthest, by = allowed, rule
        if by is None:
            break
        if furthest == NEVER:
            return by.reason
        at, moved_by = furthest, by
    if moved_by is None:
        return Slot(at, limits)
    warming = moved_by.window == "day" and limits.warming
    return Slot(at, limits, Reason.WARMUP_LIMIT if warming else moved_by.reason, moved_by.window)


def allowed_until(situation: Situation, slot: int) -> int:
    """When the permission for a slot ends by itself, ms: quiet hours begin, or the service window closes."""
    return min(_ends(situation, slot), default=NEVER)


def _ends(situation: Situation, slot: int) -> Iterator[int]:
    if situation.quiet is not None:
        yield situation.quiet.begins(slot, situation.zone)
    if situation.provider.service_window:
        yield situation.last_inbound + SERVICE_WINDOW


def _in_service(situation: Situation, at: int, _limits: Limits) -> int:
    closed = situation.provider.service_window and at >= situation.last_inbound + SERVICE_WINDOW
    return NEVER if closed else at


def _duplicate(situation: Situation, at: int, _limits: Limits) -> int:
    window = situation.policy.duplicate_window
    ends = situation.asked.told_at + window
    if not window or at >= ends:
        return at
    return NEVER if situation.policy.on_duplicate is OnDuplicate.BLOCK else ends


def _reachout(situation: Situation, at: int, _limits: Limits) -> int:
    if not situation.new_contact:
        return at
    instance, contact = situation.instance, situation.asked.contact
    # The one that finds out whether a lock still holds does not wait for its own answer.
    free = instance.reachout.lets(situation.asked.intent.id, at)
    lock = 0 if free else instance.reachout_until(at)
    return max(at, lock, contact.locked_until(instance.id) if contact else 0)


def _spacing(situation: Situation, at: int, _limits: Limits) -> int:
    spacing = situation.policy.spacing
    return situation.asked.last_slot + spacing if spacing else at


def _quiet(situation: Situation, at: int, _limits: Limits) -> int:
    return at if situation.quiet is None else situation.quiet.ends(at, situation.zone)


def _new_contacts(situation: Situation, at: int, limits: Limits) -> int:
    if limits.new_contacts is None or not situation.new_contact:
        return at
    return _room(situation, situation.usage.new_contacts, limits.new_contacts, at)


def _plan(situation: Situation, at: int, _limits: Limits) -> int:
    asked = situation.asked
    return asked.plan_usage.everything.day.free_at(at, asked.view.organization.plan or 1)


def _minute(situation: Situation, at: int, limits: Limits) -> int:
    usage = situation.usage
    return _both(situation, at, (usage.everything.minute, limits.minute), (usage.paced.minute, limits.paced_minute))


def _hour(situation: Situation, at: int, limits: Limits) -> int:
    usage = situation.usage
    return _both(situation, at, (usage.everything.hour, limits.hour), (usage.paced.hour, limits.paced_hour))


def _day(situation: Situation, at: int, limits: Limits) -> int:
    usage = situation.usage
    return _both(situation, at, (usage.everything.day, limits.day), (usage.paced.day, limits.paced_day))


def _has_room(situation: Situation, limits: Limits) -> bool:
    """Whether no window can be full whenever it is: so it is nearly always, and told at once."""
    whole, part = situation.usage.everything, situation.usage.paced
    return (
        whole.minute.total < limits.minute
        and whole.hour.total < limits.hour
        and whole.day.total < limits.day
        and (
            situation.asked.reply
            or (
                part.minute.total < limits.paced_minute
                and part.hour.total < limits.paced_hour
                and part.day.total < limits.paced_day
            )
        )
    )


def _both(situation: Situation, at: int, whole: tuple[Window, int], part: tuple[Window, int]) -> int:
    """When a window has room, and for all but replies also the part of it that is not kept for them."""
    free = at if whole[0].total < whole[1] else _room(situation, *whole, at)
    if situation.asked.reply or part[0].total < part[1]:
        return free
    return max(free, _room(situation, *part, at))


def _room(situation: Situation, window: Window, limit: int, at: int) -> int:
    """When a window has room, or the limits rise before that."""
    free = window.free_at(at, limit)
    if free == at:
        return at
    rise = next_rise(situation.policy, situation.instance, at, situation.asked.now)
    return free if rise is None else min(free, rise)


# What the recipient has a say in comes first: of two rules that ask for the same wait, the first one is told.
_RULES = (
    Rule(Reason.OUTSIDE_SERVICE_WINDOW, _in_service),
    Rule(Reason.DUPLICATE_CONTENT, _duplicate, matters=lambda asked: asked.told_at > 0 and not asked.reply),
    Rule(Reason.REACHOUT_LOCK, _reachout),
    Rule(Reason.RECIPIENT_COOLDOWN, _spacing, matters=lambda asked: asked.last_slot > 0 and not asked.reply),
    Rule(Reason.QUIET_HOURS, _quiet, matters=lambda asked: not asked.reply),
    Rule(Reason.NEW_CONTACT_LIMIT, _new_contacts, "new"),
    Rule(Reason.PLAN_LIMIT, _plan, "plan", matters=lambda asked: asked.view.organization.plan is not None),
)
_WINDOWS = (
    Rule(Reason.RATE_LIMIT, _minute, "minute"),
    Rule(Reason.RATE_LIMIT, _hour, "hour"),
    Rule(Reason.RATE_LIMIT, _day, "day"),
)
