"""A redrive's look through the dead-letter queue: what says nothing any more goes, everything else stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.application.redriving import ASIDE
from chalicelib.domain.redrive import PAGE, RedriveStatus, is_moot
from chalicelib.domain.values import MINUTE
from tests.contract import samples
from tests.contract.samples import ANOTHER_ORGANIZATION
from tests.fakes.clock import NOON
from tests.fakes.dead_letters import Mortuary, exhausted
from tests.fakes.world import World
from tests.unit.test_redriving import begin, redrive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.ports.dead_letters import DeadLetter
    from chalicelib.domain.intent import Intent


def test_messages_that_others_have_set_aside_are_waited_for() -> None:
    """A redrive would be called done while messages that it made pointless still ring the alarm."""
    world = World()
    mortuary = Mortuary(world)
    mortuary.fill(1)
    mortuary.queue.receive(10, ASIDE)
    begin(mortuary)
    mortuary.tick()
    assert (redrive(mortuary).status, redrive(mortuary).fates.redriven) == (RedriveStatus.RUNNING, 1)
    for _ in range(ASIDE // MINUTE):
        mortuary.tick()
    assert (redrive(mortuary).status, mortuary.queue.messages) == (RedriveStatus.DONE, {})


def test_a_queue_whose_count_never_falls_keeps_no_redrive_running() -> None:
    """Others' dead letters, looked at by others all the time, would keep it running for 14 days."""
    world = World()
    mortuary = Mortuary(world)
    mortuary.queue.hidden = 3
    begin(mortuary)
    for _ in range(ASIDE // MINUTE + 1):
        mortuary.tick()
    assert redrive(mortuary).status is RedriveStatus.DONE


def test_a_long_queue_is_looked_through_in_several_ticks() -> None:
    """A queue too long for one minute would be looked at from its beginning every time, and its end never reached."""
    world = World()
    mortuary = Mortuary(world)
    mortuary.fill(1)
    theirs = world.now(mortuary.fill(2)[1])
    for _ in range(3 * PAGE):
        mortuary.lend(ANOTHER_ORGANIZATION, theirs)
    begin(mortuary)
    receive = mortuary.queue.receive

    def slow(limit: int, aside: int) -> Sequence[DeadLetter]:
        world.clock.advance(20)
        return receive(limit, aside)

    mortuary.queue.receive = slow  # type: ignore[method-assign]
    mortuary.tick()
    assert redrive(mortuary).status is RedriveStatus.RUNNING
    for _ in range(ASIDE // MINUTE):
        mortuary.tick()
    assert redrive(mortuary).status is RedriveStatus.DONE
    assert len(mortuary.queue.messages) == 3 * PAGE


def test_nothing_is_received_while_no_redrive_runs() -> None:
    """Every minute would cost requests, and hide dead letters from the alarm that counts them."""
    mortuary = Mortuary(World())
    mortuary.fill(1)
    mortuary.tick()
    [message] = mortuary.queue.messages.values()
    assert message.hidden_until == 0


@pytest.mark.parametrize(
    ("intent", "approval", "moot"),
    [
        (None, 1, True),
        (samples.pending(), 0, False),
        (samples.deferred(), 0, True),
        (samples.approved(), 1, False),
        (samples.approved(), 0, True),
        (samples.sending(), 1, False),
        (samples.unconfirmed(), 1, False),
        (exhausted(samples.approved(), NOON), 1, False),
        (exhausted(samples.approved(), NOON), 0, True),
        (samples.failed(), 1, True),
        (samples.sent(), 1, True),
        (samples.delivered(), 1, True),
    ],
)
def test_a_message_is_moot_once_its_intent_needs_it_no_more(
    intent: Intent | None, approval: int, *, moot: bool
) -> None:
    """What may still be needed would be deleted, or what says nothing any more ring the alarm for 14 days."""
    assert is_moot(intent, approval) is moot
