"""For how many in a line there is room: a look at the view, before anybody is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.instance import FINAL
from chalicelib.domain.limits import limits_at
from chalicelib.domain.parking import Line, line_in, subject_of
from chalicelib.domain.usage import HORIZON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.instance import Instance
    from chalicelib.domain.view import View


def room(view: View, place: str, now: int, most: int) -> int:
    """For how many of those in a line the numbers have slots near enough, ``most`` at the most.

    Now and then one too many is promised, since pauses are drawn from a range; none too few.

    Args:
        view: What is known.
        place: The name of a line.
        now: The present, ms.
        most: More than this need not be counted.
    """
    subject, line = subject_of(place), line_in(place)
    found = 0
    for instance in _waited_for(view, subject, line):
        if found < most and instance.obstacle(now) is None:
            found += _slots(view, instance, line, now, most - found)
    return found


def _waited_for(view: View, subject: str, line: Line | None) -> Iterable[Instance]:
    """The number that a line is for, or every one that may ever serve it; all of them when none will."""
    purpose, numbers = line.purpose if line else None, view.waited_for(subject)
    if subject in view.instances:
        return numbers
    serving = [one for one in numbers if one.lifecycle not in FINAL and (purpose is None or one.carries(purpose))]
    return serving or numbers


def _slots(view: View, instance: Instance, line: Line | None, now: int, most: int) -> int:
    """How many slots one number has until the horizon."""
    usage, plan, end = view.usage(instance.id), view.organization.plan, now + HORIZON
    policy, reply = view.policy(instance.id), line is Line.REPLIES
    # Limits may rise until the horizon: the most generous ones decide.
    limits = limits_at(policy, instance, end)
    if plan is not None and view.usage(view.organization.id).everything.day.free_at(now, plan) > end:
        return 0
    new_contact = line is not None and line.new_contacts
    for found in range(most):
        slot = usage.free_at(now, limits, reply=reply)
        if new_contact and limits.new_contacts is not None:
            slot = max(slot, usage.new_contacts.free_at(now, limits.new_contacts))
        if slot > end:
            return found
        usage = usage.reserve(slot, policy.min_interval, reply=reply, new_contact=new_contact)
    return most
