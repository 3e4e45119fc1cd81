"""Whether it makes sense to ask about those who wait in a line: a look at the view, before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.limits import limits_at
from chalicelib.domain.parking import Line, line_in, subject_of
from chalicelib.domain.usage import HORIZON

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.view import View


def has_room(view: View, place: str, now: int) -> bool:
    """Whether a number that the line waits for has a slot near enough; never wrong when it says no.

    Args:
        view: What is known.
        place: The name of a line.
        now: The present, ms.
    """
    subject, line = subject_of(place), line_in(place)
    waited_for = [view.instances[subject]] if subject in view.instances else list(view.instances.values())
    return any(_has_room(view, one, line, now) for one in waited_for)


def _has_room(view: View, instance: Instance, line: Line | None, now: int) -> bool:
    if instance.obstacle(now) is not None:
        return False
    usage, end, organization = view.usage(instance.id), now + HORIZON, view.organization
    # Limits may rise until the horizon: the most generous ones decide.
    limits = limits_at(view.policy(instance.id), instance, end)
    free = [usage.free_at(now, limits, reply=line is Line.REPLIES)]
    if line is Line.NEW_CONTACTS and limits.new_contacts is not None:
        free.append(usage.new_contacts.free_at(now, limits.new_contacts))
    if organization.plan is not None:
        free.append(view.usage(organization.id).everything.day.free_at(now, organization.plan))
    return max(free) <= end
