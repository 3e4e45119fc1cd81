"""The rules that stop a number whatever the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.instance import FINAL
from chalicelib.domain.values import Reason

if TYPE_CHECKING:
    from chalicelib.domain.gate.situation import Situation


def stopped_by(situation: Situation) -> Reason | None:
    """The first rule that stops the number; ``None`` when a slot may be looked for.

    It is retired or banned, another one is asked for, it is meant for something else, its provider does not carry such
    content, or somebody or something has stopped it for now.
    """
    asked, instance = situation.asked, situation.instance
    if instance.lifecycle in FINAL:
        return instance.obstacle(asked.now)
    if asked.bound_to is not None and asked.bound_to != instance.id:
        return Reason.NO_ELIGIBLE_INSTANCE
    if not instance.carries(asked.intent.request.purpose):
        return Reason.NO_ELIGIBLE_INSTANCE
    if asked.intent.request.content_type not in situation.provider.content_types:
        return Reason.UNSUPPORTED_MESSAGE_TYPE
    return instance.obstacle(asked.now)
