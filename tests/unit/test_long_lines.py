"""Ten thousand messages for one number: how often each is asked about, and in which order they leave."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.gatekeeping import Gatekeeper
from chalicelib.domain.policy import Policy
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import HOUR, MINUTE, Target, TargetKind
from tests.fakes.numbers import INSTANCE
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.gatekeeping.reserving import Beside
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.view import View

# A campaign of some hours: the more there are, the more often a line that guesses would ask in vain.
POLICY = Policy(50, 2_000, 50_000, min_interval=500, max_interval=1_000, reply_share=20)


@dataclass(frozen=True, slots=True)
class Counting(Gatekeeper):
    """Counts how often each intent is decided."""

    asked: Counter[str] = field(default_factory=Counter)

    def decide(self, intents: Sequence[Intent], view: View, beside: Beside = ()) -> list[Intent]:
        """Count and decide."""
        self.asked.update(intent.id for intent in intents)
        return Gatekeeper.decide(self, intents, view, beside)


def counted(world: World) -> Counter[str]:
    """Let the world's Gate count from now on."""
    gate = Counting(**{one.name: getattr(world.gatekeeper, one.name) for one in fields(world.gatekeeper)})
    world.unparking = replace(world.unparking, gatekeeper=gate)
    world.questions = replace(world.questions, gatekeeper=gate, unparking=world.unparking)
    world.place_sweep = replace(world.place_sweep, unparking=world.unparking)
    return gate.asked


def handed_in(world: World, number: int) -> Intent:
    """One of many, each for somebody of their own."""
    return world.submit(replace(draft(), target=Target(TargetKind.PHONE, f"+55119{number:08d}")))


def send(world: World) -> None:
    """What was approved is sent, as far as the store knows: the engine has tests of its own."""
    for name in {order.intent_id for order in world.queue.take()}:
        approved, now = world.intents.stored[name], world.clock.now()
        claimed = approved.record(EventType.CLAIMED, now, "engine", token="t", lease_until=now)
        world.intents.save(claimed.record(EventType.SENT, now, "engine", provider_id="m"), approved.version)


@pytest.mark.parametrize("many", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_each_message_of_a_long_line_is_asked_about_twice_and_leaves_in_order(many: int) -> None:
    """A campaign would cost a hundred decisions a message, and who came first would not leave first."""
    world = World(policy=POLICY)
    asked = counted(world)
    intents = [handed_in(world, number) for number in range(many)]
    send(world)
    asked.update(one.id for one in intents)  # when they were handed in
    started = world.clock.now()
    while any(one.status is Status.QUEUED for one in world.intents.stored.values()):
        world.clock.advance(60)
        world.organizations.put_instance(replace(world.instance(), seen_at=world.clock.now()))
        world.sweep()
        send(world)
        assert world.clock.now() - started < 24 * HOUR
    slots = [world.now(one).not_before for one in intents]
    assert slots == sorted(slots)
    most, mean = max(asked.values()), sum(asked.values()) / many
    print(f"{many} messages: each asked about {mean:.2f} times on average, {most} times at the most")  # noqa: T201
    assert mean < 2.2
    assert most <= 4
    for start in slots[:: max(1, many // 100)]:
        assert sum(start <= slot < start + MINUTE for slot in slots) <= 40
        assert sum(start <= slot < start + HOUR for slot in slots) <= 1_600
    assert world.organizations.usages[INSTANCE].everything.day.used(world.clock.now()) == many
