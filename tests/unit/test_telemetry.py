"""What the Gate and its helpers tell CloudWatch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.connection import Connection
from chalicelib.domain.status import Status
from chalicelib.domain.values import DAY, HOUR, Category
from tests.fakes.many import hand_in, wishes
from tests.fakes.numbers import FAST
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.application.ports.journal import Labels


def decisions(world: World) -> dict[tuple[str, ...], int]:
    """How many decisions there were, by kind and reason."""
    observed = world.journal.observed
    return {_values(labels): sum(values) for (name, labels), values in observed.items() if name == "decisions"}


def _values(labels: Labels) -> tuple[str, ...]:
    return tuple(value for _, value in labels)


def test_every_recorded_decision_is_told_by_kind_and_reason() -> None:
    """Nobody would see that a whole morning's messages wait, or why."""
    world = World()
    world.submit()
    world.submit(replace(draft("buy"), category=Category.MARKETING))
    world.submit(replace(draft("later"), send_at=world.clock.now() + DAY))
    world.change_instance(Connection.DISCONNECTED)
    world.submit(draft("nobody there"))
    assert decisions(world) == {
        ("APPROVED", "NONE"): 1,
        ("BLOCKED", "NO_CONSENT"): 1,
        ("QUEUED", "SCHEDULED"): 1,
        ("QUEUED", "INSTANCE_DISCONNECTED"): 1,
    }


def test_what_is_decided_by_queue_is_told_too() -> None:
    """Of a campaign handed in with one request the figures would show nothing."""
    world = World()
    hand_in(world, wishes(30))
    assert decisions(world) == {}
    world.answer()
    assert decisions(world) == {("APPROVED", "NONE"): 30}


def test_a_drop_is_a_decision() -> None:
    """Messages that expire unsent are what a figure is needed for most."""
    world = World()
    world.submit(replace(draft(), send_at=world.clock.now() + HOUR, expires_at=world.clock.now() + 2 * HOUR))
    world.clock.advance(2 * HOUR / 1000)
    world.sweep()
    assert decisions(world) == {("QUEUED", "SCHEDULED"): 1, ("DROPPED", "EXPIRED"): 1}


def test_a_decision_that_somebody_else_recorded_first_is_not_told() -> None:
    """Two sweeps at once would show twice as many messages as there are."""
    world = World()
    intent = world.submit(replace(draft(), send_at=world.clock.now() + HOUR))
    world.clock.advance(HOUR / 1000)
    world.change_instance(Connection.CONNECTED)
    before = world.now(intent)
    assert world.gatekeeper.decide_again([before])
    assert world.gatekeeper.decide_again([before])
    assert decisions(world) == {("QUEUED", "SCHEDULED"): 1, ("APPROVED", "NONE"): 1}


def test_how_long_an_approval_waits_for_its_slot() -> None:
    """Whether a policy's pace holds messages back, and how far, would be seen by customers first."""
    world = World(replace(FAST, per_day=10_000, min_interval=4_000, max_interval=4_000))
    hand_in(world, wishes(3))
    assert world.journal.measured["slot_delay"] == [0, 4_000, 8_000]


def test_who_waits_on_in_a_line_was_told_nothing_new() -> None:
    """Each look at a line would count as hundreds of decisions, and hide the real ones."""
    world = World(replace(FAST, spacing=HOUR))
    world.submit(draft("first"))
    world.submit(draft("second"))
    told = dict(decisions(world))
    assert told[("QUEUED", "RECIPIENT_COOLDOWN")] == 1
    waiting = next(one for one in world.intents.stored.values() if one.status is Status.QUEUED)
    world.submit(draft("third"))
    world.gatekeeper.decide_again([world.now(waiting)])
    assert decisions(world)[("QUEUED", "RECIPIENT_COOLDOWN")] == 1 + 1


def test_what_could_not_be_published_is_told_by_queue() -> None:
    """A queue that takes nothing is found by the sweep every minute, and by nobody else."""
    world = World()
    world.queue.broken = True
    world.submit()
    world.queue.broken, world.gate_queue.broken = False, True
    hand_in(world, wishes(26))
    published = {
        _values(labels): values for (name, labels), values in world.journal.observed.items() if "publish" in name
    }
    assert published == {("execution",): [1], ("gate",): [26]}
