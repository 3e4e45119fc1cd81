"""Those who wait in parking places, put there by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.decision import Defer, decided
from chalicelib.domain.parking import Line, line_of
from chalicelib.domain.status import Status
from chalicelib.domain.values import HOUR, Purpose, Reason, Target, TargetKind, Text
from tests.fakes.intents import FakeIntents
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION
from tests.fakes.views import an_intent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.intent import Intent
    from tests.fakes.world import World

THREE_AN_HOUR = replace(FAST, per_minute=3, per_hour=3)
MINE, ANYBODYS = line_of(INSTANCE, Line.DISPATCH), line_of(ORGANIZATION, Line.DISPATCH)


def wait_in(
    world: World, place: str, number: int, purpose: Purpose = Purpose.DISPATCH, time_zone: str | None = None
) -> Intent:
    """An intent that has waited in a place since the millisecond ``number``; a number's place pins it."""
    pinned = place.partition("/")[0] if place.startswith("ins_") else None
    target = Target(TargetKind.PHONE, f"+55119{number:08d}")
    asked = an_intent(purpose, world.ids.new("int"), instance_id=pinned, target=target, time_zone=time_zone)
    start = asked.timeline[0]
    accepted = replace(asked, timeline=(replace(start, at=start.at - HOUR + number),))
    reason = Reason.RATE_LIMIT if "/" in place else Reason.INSTANCE_DISCONNECTED
    intent = decided(accepted, Defer(reason, None, place, ()), world.clock.now())
    world.contents.put_many([(intent, Text(str(number)))])
    world.intents.create(intent)
    world.alarms.touch_place(ORGANIZATION, place, world.clock.now())
    return intent


def left(world: World, intents: Sequence[Intent]) -> list[bool]:
    """Which of them do not wait any more."""
    return [world.now(one).status in {Status.APPROVED, Status.SENT} for one in intents]


class Slow(FakeIntents):
    """Intents that take a second to read."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.stored, self._clock = world.intents.stored, world.clock

    def get_many(self, intent_ids: Sequence[str]) -> dict[str, Intent]:
        """By ids, later."""
        self._clock.advance(1)
        return super().get_many(intent_ids)
