"""How much a number may send at one instant: its policy, its warm-up and its health taken together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain.usage import HORIZON
from chalicelib.domain.values import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.policy import Policy

_WHOLE = 100
# So long after a decision it is foretold how a number's health gives its limits back.
_FORETOLD = 6 * HOUR


class Limits(NamedTuple):
    """Limits in figures; none is ever below 1.

    Attributes:
        minute: Messages in any 60 s.
        hour: Messages in any 60 min.
        day: Messages in any 24 h.
        paced_minute: What of ``minute`` is not kept for replies.
        paced_hour: What of ``hour`` is not.
        paced_day: What of ``day`` is not.
        new_contacts: People written to for the first time in any 24 h; ``None`` for no limit.
        warming: Whether it is the warm-up that limits the day.
        capacity: Percent of the policy's figures that the number's health allows.
    """

    minute: int
    hour: int
    day: int
    paced_minute: int
    paced_hour: int
    paced_day: int
    new_contacts: int | None
    warming: bool
    capacity: int


def limits_at(policy: Policy, instance: Instance, at: int) -> Limits:
    """The limits of an instance at ``at`` (ms)."""
    warmup, capacity, share = policy.warmup, instance.capacity(at), policy.reply_share
    minute, hour, day, new_contacts = policy.per_minute, policy.per_hour, policy.per_day, policy.new_contacts
    if warmup is not None and warmup.lasts(age := instance.warmup_age(at)):
        day, new_contacts = policy.day_limit(age), policy.new_contact_limit(age)
    warming = day < policy.per_day
    if capacity < _WHOLE:
        minute, hour, day = _part(minute, capacity), _part(hour, capacity), _part(day, capacity)
        new_contacts = None if new_contacts is None else _part(new_contacts, capacity)
    return Limits(
        minute,
        hour,
        day,
        minute - minute * share // _WHOLE,
        hour - hour * share // _WHOLE,
        day - day * share // _WHOLE,
        new_contacts,
        warming,
        capacity,
    )


def next_rise(policy: Policy, instance: Instance, at: int, now: int) -> int | None:
    """When the limits may next be higher than at ``at`` (ms); ``None`` when they stay as they are.

    What a number's health gives back comes little by little: it is followed by the minute where slots are handed out,
    and more coarsely for some hours after ``now`` (ms), where a slot is only foretold.
    """
    rises = []
    age = instance.warmup_age(at)
    if policy.warmup and policy.warmup.lasts(age) and instance.warmup_at:
        rises.append(instance.warmup_at + (age // DAY + 1) * DAY)
    if at < now + _FORETOLD and instance.capacity(at) < _WHOLE:
        step = MINUTE if at < now + HORIZON else 5 * MINUTE
        rises.append((at // step + 1) * step)
    return min(rises, default=None)


def _part(limit: int, percent: int) -> int:
    return max(1, limit * percent // _WHOLE)
