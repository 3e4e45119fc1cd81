"""What else happens to the engine: twins, frozen workers, clocks that differ, indexes that lag, queues that refuse."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.execution.batch import Budget
from chalicelib.domain.attempt import claim
from chalicelib.domain.outcome import FailureClass, NotSent, Sent
from chalicelib.domain.status import Status
from chalicelib.domain.values import DAY, MINUTE, SECOND
from tests.fakes import promises
from tests.fakes.accidents import Accident, Died
from tests.fakes.clock import WorkersClock
from tests.fakes.fan_out import backwards
from tests.fakes.life import EXECUTE, PACED, Life
from tests.fakes.many import wishes
from tests.fakes.numbers import INSTANCE, ORGANIZATION
from tests.unit.test_engine_bad_luck import (
    BUSY,
    LIVES,
    LOST,
    a_hiccup,
    a_lost_answer,
    a_pause,
    a_receipt_first,
    a_refusal,
    a_rest,
    all_is_well,
    an_outage,
    lived,
    of,
    told,
    two_numbers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.outcome import Outcome

# Longer than a claim holds, and until the sweep looks for it, seconds.
OVER = 61.0


def both_due() -> Life:
    """A life with two messages in one batch."""
    life = Life()
    life.hand_in(2)
    life.clock.advance(1)
    return life


def test_a_message_that_is_delivered_again_while_it_is_worked_on() -> None:
    """A slow send outlives the queue's patience: the second worker would send the same message beside the first."""
    life = both_due()
    orders, again = life.deliveries.take(), list[str]()
    life.phone.during = [lambda _: again.extend(life.execution.run(orders, EXECUTE).failed)]
    assert life.execution.run(orders, EXECUTE).failed == ()
    assert again == [order.message_id for order in orders]
    life.live(75)
    promises.kept(life, [Status.SENT] * 2)
    assert len(life.phone.log) == 2


@pytest.mark.parametrize("others", [Sent("wire"), LOST, BUSY], ids=lambda outcome: type(outcome).__name__)
@pytest.mark.parametrize("its_own", [Sent("wire"), LOST, BUSY], ids=lambda outcome: type(outcome).__name__)
def test_a_frozen_worker_wakes_up_with_a_claim_that_is_over(its_own: Outcome, others: Outcome) -> None:
    """It would write its old outcome over a newer one; or its proof that the message was sent would be lost."""
    life = Life()
    clock = WorkersClock(life.clock)
    [intent] = life.hand_in(1)

    def freeze(_: object) -> None:
        with clock.frozen():
            life.clock.advance(OVER)
            life.sweep()
            assert life.now(intent).status is Status.UNCONFIRMED
            life.clock.advance(16)
            life.execute()
        assert len(life.phone.log) == 1

    life.phone.during, life.phone.answers = [freeze], [others, its_own]
    life.worker(clock).run(life.deliveries.take(), EXECUTE)
    proven = isinstance(its_own, Sent) or isinstance(others, Sent)
    assert life.now(intent).status is (Status.SENT if proven else Status.UNCONFIRMED)
    life.live(75)
    promises.kept(life, [Status.SENT])
    assert len(life.phone.log) == (2 if proven else 3)


@pytest.mark.parametrize("found", [True, False], ids=["and repeated", "and nobody saw it yet"])
def test_a_frozen_worker_sends_nothing_more_when_it_wakes_up(found: bool) -> None:  # noqa: FBT001 - parametrized
    """What it had in hand beside its call was sent by somebody else meanwhile: people would get it twice."""
    life = both_due()
    clock = WorkersClock(life.clock)

    def freeze(_: object) -> None:
        with clock.frozen():
            life.clock.advance(OVER)
            if found:
                life.sweep()
                life.clock.advance(16)
                life.execute()

    life.phone.during = [freeze]
    life.worker(clock).run(life.deliveries.take(), EXECUTE)
    life.live(75)
    promises.kept(life, [Status.SENT] * 2)


@pytest.mark.parametrize("its_own", [Sent("wire"), LOST, BUSY], ids=lambda outcome: type(outcome).__name__)
def test_a_frozen_worker_leaves_a_live_claim_alone(its_own: Outcome) -> None:
    """It would take back what somebody else is sending right now, and a third one would send it, too."""
    life = both_due()
    clock = WorkersClock(life.clock)
    live: dict[str, Intent] = {}

    def freeze(_: object) -> None:
        with clock.frozen():
            life.clock.advance(OVER)
            life.sweep()
            now = life.clock.now()
            for one in life.intents.stored.values():
                live[one.id] = claim(one, "another worker", now + MINUTE, now)
            for one in live.values():
                life.intents.save(one, one.version - 1)

    life.phone.during, life.phone.answers = [freeze], [its_own]
    life.worker(clock).run(life.deliveries.take(), EXECUTE)
    first, second = life.intents.stored.values()
    assert second == live[second.id]
    assert first.status is Status.SENT if isinstance(its_own, Sent) else first == live[first.id]
    life.live(75)
    promises.kept(life, [Status.SENT] * 2)


def test_who_takes_a_lane_over_keeps_the_pace_of_who_died() -> None:
    """A worker that dies after a late burst tells nobody of it: the next one's burst would follow within the minute."""
    life = Life()
    life.hand_in(2 * PACED.per_minute)
    life.clock.advance(58)
    release = life.leases.release

    def die(*_: object) -> None:
        raise Died

    life.leases.release = die  # type: ignore[method-assign, assignment]
    with pytest.raises(Died):
        life.execution.run(life.deliveries.take(), EXECUTE)
    life.leases.release = release  # type: ignore[method-assign]
    assert len(life.phone.log) == PACED.per_minute
    life.live(75)
    promises.kept(life, [Status.SENT] * 2 * PACED.per_minute)


MEETINGS = [all_is_well, a_hiccup, a_lost_answer, a_refusal, a_receipt_first, two_numbers]


@pytest.mark.parametrize(
    ("story", "frozen"),
    [*product(MEETINGS, (0.0, OVER)), (an_outage, 0.0), (a_pause, 0.0)],
    ids=lambda it: it.__name__ if callable(it) else f"frozen for {it:.0f} s",
)
def test_others_may_go_on_between_any_two_calls(story: Callable[[Life], None], frozen: float) -> None:
    """Two workers, two sweeps or a worker and a sweep that meet would send twice, or forget what both rely upon."""
    quiet = lived(story).accidents
    for kind, at in quiet.possible():
        if kind is not Accident.INTERRUPTION or (frozen and quiet.calls[at - 1] == "Phone.send"):
            continue  # nothing can stop a call that is made already
        life = of(story)
        clock = WorkersClock(life.clock)
        life.workers = [(life.worker(clock), EXECUTE)]
        life.accidents.meanwhile = partial(go_on, life, clock, frozen)
        life.accidents.plan(kind, at)
        life.live(75)
        with told(f"{kind} {at}: {quiet.calls[at - 1]}"):
            promises.kept(life, LIVES[story])


def go_on(life: Life, clock: WorkersClock, seconds: float) -> None:
    """Time passes, and others act in it."""
    with clock.frozen():
        life.clock.advance(seconds)
        life.others()


@pytest.mark.parametrize("ahead", [-5 * SECOND, 5 * SECOND], ids=["behind", "ahead"])
@pytest.mark.parametrize("story", LIVES, ids=lambda story: story.__name__)
def test_two_workers_whose_clocks_differ(story: Callable[[Life], None], ahead: int) -> None:
    """One would take what the other still works on for lost, and send it, too."""
    life = of(story)
    # In the cloud a claim outlives its invocation by five seconds more.
    in_the_cloud = Budget(EXECUTE.remaining, EXECUTE.lease_margin + 4 * SECOND)
    life.workers = [(life.execution, in_the_cloud), (life.worker(WorkersClock(life.clock, ahead)), in_the_cloud)]
    life.live(75)
    promises.kept(life, LIVES[story], skew=5 * SECOND)


def test_a_sweep_whose_clock_is_ahead_leaves_a_worker_alone() -> None:
    """A send that is still under way would be called lost, and repeated beside itself."""
    life = Life()
    behind = life.worker(WorkersClock(life.clock, -5 * SECOND))
    [intent] = life.hand_in(1)
    seen: list[Status] = []

    def slow(_: object) -> None:
        for _ in range(int(EXECUTE.remaining)):
            life.clock.advance(1)
            life.sweep()
            seen.append(life.now(intent).status)

    life.phone.during = [slow]
    life.clock.advance(5)
    behind.run(life.deliveries.take(), Budget(EXECUTE.remaining, EXECUTE.lease_margin + 4 * SECOND))
    assert set(seen) == {Status.SENDING}
    assert life.now(intent).status is Status.SENT


@pytest.mark.parametrize("story", LIVES, ids=lambda story: story.__name__)
def test_what_runs_side_by_side_may_end_in_any_order(story: Callable[[Life], None]) -> None:
    """Threads would decide what is sent: a lane used before it is held, or a message claimed that nobody read."""
    life = of(story)
    life.workers = [(replace(life.execution, fan_out=backwards), EXECUTE)]
    life.live(75)
    promises.kept(life, LIVES[story])


@pytest.mark.parametrize("lag", [5 * SECOND, 90 * SECOND])
@pytest.mark.parametrize("story", LIVES, ids=lambda story: story.__name__)
def test_an_index_that_lags(story: Callable[[Life], None], lag: int) -> None:
    """The sweep would act on what was true a while ago: send again what was sent, or never look again."""
    life = of(story, lag)
    life.live(75)
    promises.kept(life, LIVES[story])


@pytest.mark.parametrize("apart", [1, 59], ids=["all soon", "the last in two minutes"])
def test_a_queue_that_takes_a_part_of_what_is_published(apart: int) -> None:
    """Of a campaign some messages would be approved for ever, or the others be sent twice."""
    life = Life(replace(PACED, min_interval=apart * SECOND, max_interval=apart * SECOND))
    life.clock.advance(45)
    known = life.deliveries.publish

    def in_part(intents: Sequence[Intent], now: int, early: int = 0) -> list[str]:
        known(intents[1::2], now, early)
        return [intent.id for intent in intents[::2]]

    life.deliveries.publish = in_part  # type: ignore[method-assign]
    began = life.clock.now()
    intents = life.intake.submit_many(ORGANIZATION, "client key_1", wishes(3), None).intents
    life.deliveries.publish = known  # type: ignore[method-assign]
    assert {intent.status for intent in intents} == {Status.APPROVED}
    life.live(3)
    assert life.clock.now() <= began + promises.FOUND_WITHIN
    for intent in map(life.now, intents):
        assert intent.status is Status.SENT or life.deliveries.holds(intent), "P3"
    life.live(75)
    promises.kept(life, [Status.SENT] * 3)
    assert len(life.phone.log) == 3


@pytest.mark.parametrize("story", [all_is_well, a_refusal, an_outage, a_rest, a_pause], ids=lambda one: one.__name__)
def test_only_what_was_sent_uses_room_up(story: Callable[[Life], None]) -> None:
    """An outage or a pause would use a number's day up, and what waited would have to wait for another one."""
    life = lived(story)
    sent = [one for one in life.intents.stored.values() if one.status is Status.SENT]
    assert life.organizations.usages[INSTANCE].everything.day.total == len(sent)


@pytest.mark.parametrize("failure", FailureClass)
def test_no_failure_goes_round_through_the_queues(failure: FailureClass) -> None:
    """Lambda stops a chain of sixteen functions that call each other by queue: what waits must wait in the table."""
    life = Life()
    life.tick_at = life.clock.now() + DAY
    [intent] = life.hand_in(1)
    life.phone.told[intent.id] = NotSent(failure, "no")
    life.accidents.plan(Accident.DEATH, 0)
    life.live(55)
    published = [call for call in life.accidents.calls if call.partition(".")[2].startswith("publish")]
    assert len(published) <= 4
