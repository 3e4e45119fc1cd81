"""What arrived is measured while a number sends: often enough to stop it in time, and for a known price."""

from __future__ import annotations

import pytest

from chalicelib.application.instances.health import PAGE
from chalicelib.application.ports.provider import Receipt
from chalicelib.domain.health import Risk
from chalicelib.domain.status import Delivery
from tests.fakes.world import World
from tests.unit.test_refusals import pass_time, to


def send_many(world: World, count: int, arrived: int) -> None:
    """Send so many messages, of which some arrive."""
    intents = [to(world, person) for person in range(count)]
    world.work()
    for intent in intents[:arrived]:
        now = world.clock.now()
        world.hear(Receipt(intent.id, f"wire-{intent.id}-0", Delivery.DELIVERED, now))


@pytest.mark.parametrize(
    ("arrived", "risk", "rests"),
    [(30, Risk.LOW, False), (12, Risk.LOW, False), (11, Risk.HIGH, False), (7, Risk.HIGH, True)],
)
def test_a_number_whose_messages_do_not_arrive_is_stopped(arrived: int, risk: Risk, rests: bool) -> None:  # noqa: FBT001 - a column
    """A number that WhatsApp delivers nothing for any more would send on until it is banned."""
    world = World()
    send_many(world, 30, arrived)
    pass_time(world, 25)
    now = world.clock.now()
    assert (world.instance().risk(now), world.instance().is_cooling(now)) == (risk, rests)
    sample = world.instance().signals.sample
    assert sample is not None
    assert (sample.sent, sample.delivered) == (30, arrived)
    if rests:
        assert world.instance().cooldown.reason == "HEALTH_DELIVERED"  # type: ignore[union-attr]
        pass_time(world, 65)
        assert not world.instance().is_cooling(world.clock.now())
        assert 10 <= world.instance().capacity(world.clock.now()) < 20


def test_what_arrived_is_measured_every_ten_minutes_and_only_while_it_sends() -> None:
    """Each minute of each number would cost some fifty read units."""
    world = World()
    read: list[int] = []
    page = world.intents.page

    def counted(*arguments: object) -> object:
        found = page(*arguments)  # type: ignore[arg-type]
        read.append(len(found.intents))
        return found

    world.intents.page = counted  # type: ignore[method-assign, assignment]
    pass_time(world, 30)
    assert read == []
    send_many(world, 60, 60)
    pass_time(world, 180)
    assert 4 <= len(read) <= 2 * 6
    assert max(read) == PAGE
