"""The rules that stop a number whatever the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.consent import refusal
from chalicelib.domain.instance import FINAL
from chalicelib.domain.values import Reason

if TYPE_CHECKING:
    from chalicelib.domain.gate.situation import Situation


def stopped_by(situation: Situation) -> Reason | None:
    """The first rule that stops the number; ``None`` when a slot may be looked for.

    It is retired or banned, it does not fit what is asked, or somebody or something has stopped it for now.
    """
    instance, now = situation.instance, situation.asked.now
    if instance.lifecycle in FINAL:
        return instance.obstacle(now)
    return _misfit(situation) or instance.obstacle(now)


def _misfit(situation: Situation) -> Reason | None:
    """Why the number does not fit what is asked.

    Another one is asked for, it is meant for something else, its own policy wants a consent, it must not or cannot
    write to the group, or its provider does not carry such content.
    """
    asked, instance, request = situation.asked, situation.instance, situation.asked.intent.request
    if asked.bound_to is not None and asked.bound_to != instance.id:
        return Reason.NO_ELIGIBLE_INSTANCE
    if not instance.carries(request.purpose):
        return Reason.NO_ELIGIBLE_INSTANCE
    if instance.policy is not None and refusal(asked.contact, request, instance.policy, asked.now):
        return Reason.NO_CONSENT
    kept_out = None if asked.group is None else _kept_out(situation, asked.group)
    if kept_out is not None:
        return kept_out
    return None if request.content_type in situation.provider.content_types else Reason.UNSUPPORTED_MESSAGE_TYPE


def _kept_out(situation: Situation, group: bytes) -> Reason | None:
    """Why the number does not write to a group; what nobody knows keeps none out, for a send will tell."""
    if not situation.policy.allow_groups:
        return Reason.POLICY_BLOCKED
    if not situation.provider.groups:
        return Reason.UNSUPPORTED_MESSAGE_TYPE
    return Reason.NOT_IN_GROUP if situation.groups.lacks(group, situation.asked.now) else None
