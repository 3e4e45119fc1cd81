"""Further attempts: each in a slot of its own, none faster than the number may send, and an end that is said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.shadow_queue import ShadowExecutionQueue
from chalicelib.application.execution.batch import WORN, Budget
from chalicelib.application.ports.leases import LeaseKind
from chalicelib.application.ports.provider import Inbound
from chalicelib.domain.campaign import CampaignAction
from chalicelib.domain.contact import Alias, AliasKind
from chalicelib.domain.outcome import Failing, FailureClass, NotSent, Unknown
from chalicelib.domain.policy import OnUnconfirmed
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND, Reason, Target, TargetKind
from tests.fakes.intervening import NO_REPETITION
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.application.ports.provider import Message
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.outcome import Outcome

BUSY = NotSent(FailureClass.TRANSIENT, "busy")
LOST = Unknown("the answer was lost")
FOUR_A_MINUTE = replace(FAST, per_minute=4)
SLOW = replace(FAST, per_day=20_000)


def starts(world: World) -> list[int]:
    """When the provider was called, ms."""
    return [event.at for one in world.intents.stored.values() for event in one.timeline if event.type is EventType.SENT]


def test_a_retry_has_a_slot_of_its_own() -> None:
    """An hour's limit would be exceeded by as much as had to be tried again."""
    world = World()
    world.provider.answers = [BUSY]
    intent = world.submit()
    assert len(world.work().failed) == 1
    waiting = world.now(intent)
    assert (waiting.status, waiting.attempts, waiting.approval) == (Status.APPROVED, 1, 1)
    assert waiting.not_before == waiting.retry_at >= world.clock.now() + 5 * SECOND
    used = world.organizations.usages[INSTANCE].everything.hour.used(waiting.retry_at)
    assert used == 2


def test_nobody_waits_behind_a_retry() -> None:
    """One message that has to wait would stop its number for as long."""
    world = World(replace(SLOW, min_interval=SECOND, max_interval=SECOND))
    world.provider.answers = [BUSY]
    world.submit()
    world.work()
    world.clock.advance(1)
    assert world.submit(draft("other")).not_before == world.clock.now()


def test_a_retry_that_finds_no_slot_is_decided_anew() -> None:
    """A number at its limit would send one more, or the message would be given up."""
    world = World(replace(FAST, per_minute=1, per_hour=1))
    world.provider.answers = [BUSY]
    intent = world.submit()
    assert world.work().failed == ()
    waiting = world.now(intent)
    assert (waiting.status, waiting.reason, waiting.attempts) == (Status.QUEUED, Reason.BACK_OFF, 1)
    world.clock.advance(10)
    world.answer()
    assert world.now(intent).reason == Reason.RATE_LIMIT
    assert world.organizations.usages[INSTANCE].everything.hour.used(world.clock.now()) == 1


def test_who_is_no_stranger_any_more_gives_back_what_was_taken_and_no_more() -> None:
    """Somebody answers before the retry, which then fails: another stranger's place would be handed out twice."""
    world = World(replace(FAST, new_contacts=2))
    strangers = [replace(draft(), target=Target(TargetKind.PHONE, f"+55119{number:08d}")) for number in range(5)]
    intent, _ = [world.submit(wish) for wish in strangers[:2]]
    answers = Alias(AliasKind.PHONE, strangers[0].target.value)
    world.hear(Inbound("m1", (answers,), None, "Quem fala?", world.clock.now(), in_group=False))
    world.provider.answers = [BUSY]
    [message] = world.work().failed
    assert world.organizations.usages[INSTANCE].new_contacts.total == 2
    world.clock.advance(10)
    world.provider.answers = [NotSent(FailureClass.RECIPIENT_INVALID, "no")]
    world.work([order for order, _ in world.queue.postponed if order.message_id == message])
    assert world.now(intent).status is Status.FAILED
    assert world.organizations.usages[INSTANCE].new_contacts.total == 1
    after = [world.submit(wish).status for wish in strangers[2:]]
    assert after == [Status.APPROVED, Status.QUEUED, Status.QUEUED]


def test_a_long_back_off_waits_at_the_gate() -> None:
    """Slots reach two minutes ahead: one reserved for later would break the count of those before it."""
    world = World()
    world.provider.answers = [replace(BUSY, retry_after=HOUR)]
    intent = world.submit()
    assert world.work().failed == ()
    assert world.now(intent).until == world.clock.now() + HOUR
    world.clock.advance(3_600)
    world.sweep()
    world.work()
    assert world.now(intent).status is Status.SENT


@pytest.mark.parametrize("lasts", [1, 2], ids=["expires", "is stopped with its campaign"])
def test_what_certainly_never_left_may_be_said_anew(lasts: int) -> None:
    """The provider was busy for too long: the same, handed in anew, would be refused as a repetition of nothing."""
    world = World(replace(NO_REPETITION, duplicate_window=DAY))
    wish = replace(draft(), campaign="May", expires_at=world.clock.now() + lasts * HOUR)
    world.provider.answers = [replace(BUSY, retry_after=30 * MINUTE)]
    intent = world.submit(wish)
    world.work()
    if lasts > 1:
        world.campaigns.steer(ORGANIZATION, "May", CampaignAction.CANCEL, "wrong text", "operator usr_1")
    world.clock.advance(3_600)
    world.sweep()
    assert world.now(intent).status is Status.DROPPED
    anew = replace(wish, campaign=None, expires_at=world.clock.now() + HOUR)
    assert world.submit(anew).status is Status.APPROVED


def test_what_failed_every_time_goes_to_the_dead_letters() -> None:
    """Nobody would look at it: its message has to come back at once until the queue moves it, and call nobody."""
    world = World()
    world.provider.answers = [BUSY] * 6
    intent = world.submit()
    orders = world.queue.take()
    for _ in range(20):
        world.work(orders)
        world.clock.advance(150)
        world.sweep()
        orders = world.queue.take() or orders
    assert (world.now(intent).status, world.now(intent).reason) == (Status.FAILED, Failing.RETRIES_EXHAUSTED)
    calls = len(world.provider.sent)
    assert calls == 6
    dead = replace(orders[-1], receives=WORN)
    assert world.work([dead]).failed == (dead.message_id,)
    assert world.queue.postponed[-1] == (dead, 0)
    assert not world.queue.take()
    assert len(world.provider.sent) == calls


def test_two_batches_in_a_row_keep_the_pace() -> None:
    """Each batch would begin at once, whoever called a moment ago."""
    world = World(replace(SLOW, min_interval=2 * SECOND, max_interval=2 * SECOND))
    intents = [world.submit(draft(str(number))) for number in range(3)]
    world.clock.advance(60)
    for order in world.queue.take():
        world.work([order])
    first, second, third = sorted(starts(world))
    assert (second - first, third - second) == (2 * SECOND, 2 * SECOND)
    assert all(world.now(one).status is Status.SENT for one in intents)


def test_late_workers_send_no_more_in_a_minute() -> None:
    """Slots of two minutes would leave in one: WhatsApp sees calls, not slots."""
    world = World(FOUR_A_MINUTE)
    for number in range(8):
        world.submit(draft(str(number)))
        world.clock.advance(10)
    for order in world.queue.take():
        world.work([order], remaining=120)
    world.clock.advance(70)
    world.sweep()
    world.work(remaining=120)
    sent = sorted(starts(world))
    assert len(sent) == 8
    assert all(later - earlier >= MINUTE for earlier, later in zip(sent, sent[4:], strict=False))


def test_a_message_of_the_first_version_is_carried_out() -> None:
    """What was on the queue during a deployment would end in the dead letters."""
    world = World()
    intent = world.submit()
    world.work([replace(order, instance_id=None) for order in world.queue.take()])
    assert world.now(intent).status is Status.SENT


def test_a_repeat_waits_for_a_slot() -> None:
    """Answers that get lost would let a number send twice its limit."""
    world = World(replace(FAST, per_minute=1, per_hour=1))
    world.provider.answers = [LOST]
    intent = world.submit()
    assert world.work().failed == ()
    for _ in range(12):
        world.clock.advance(60)
        world.sweep()
        world.work()
    held = world.now(intent)
    assert (held.status, len(world.provider.sent)) == (Status.UNCONFIRMED, 1)


def test_a_repeat_is_given_one_slot() -> None:
    """Each minute that a repeat waits for its slot would use up another one, and publish it once more."""
    world = World(replace(FAST, per_minute=60, per_hour=500, per_day=1_000, min_interval=40_000, max_interval=40_000))
    world.provider.answers = [LOST]
    intent = world.submit()
    for number in range(3):
        world.submit(draft(str(number)))
    world.work(world.queue.take()[:1])
    assert (world.now(intent).status, world.now(intent).has_next_slot) == (Status.UNCONFIRMED, False)
    for _ in range(15):
        world.clock.advance(10)
        world.sweep()
    repeats = [order for order in world.queue.take() if order.intent_id == intent.id]
    assert len(repeats) == 1
    assert world.organizations.usages[INSTANCE].everything.hour.used(world.clock.now()) == 4 + 1


def test_a_repeat_waits_behind_nobody() -> None:
    """While others wait in line for the number, no unknown send would ever be repeated."""
    world = World(replace(FAST, per_minute=2, per_hour=100, per_day=1_000))
    world.provider.answers = [LOST]
    intent = world.submit()
    for number in range(40):
        world.submit(draft(str(number)))
    for _ in range(6):
        world.work(remaining=60)
        world.clock.advance(60)
        world.sweep()
        world.answer()
    assert any(one.parked_on for one in world.intents.stored.values())
    kinds = [event.type for event in world.now(intent).timeline]
    assert (kinds[-1], kinds.count(EventType.CLAIMED)) == (EventType.SENT, 2)


def test_a_doubt_is_sent_anew_where_the_policy_says_so() -> None:
    """A policy that may risk a second message would lose the first all the same."""
    world = World(replace(FAST, on_unconfirmed=OnUnconfirmed.RESEND))
    world.provider.answers = [LOST] * 6
    intent = world.submit()
    for _ in range(20):
        world.work()
        world.clock.advance(60)
        world.sweep()
    sent = world.now(intent)
    assert (sent.status, sent.generation) == (Status.SENT, 1)


def test_nothing_is_sent_while_sending_is_switched_off() -> None:
    """Whoever only wants to see what the Gate would do would write to people."""
    world = World()
    intent = world.submit()
    off = replace(world.execution, enabled=False)
    assert off.run(world.queue.take(), Budget(60, 5_000)).failed == ()
    assert not world.provider.sent
    shadow = replace(world.recovery, enabled=False, queue=ShadowExecutionQueue())
    for _ in range(30):
        world.clock.advance(60)
        shadow.wake(world.clock.monotonic() + 30)
        world.answer()
    assert replace(world.now(intent), alarm=None) == replace(intent, alarm=None)
    for _ in range(7):
        world.clock.advance(60)
        world.sweep()
        world.work()
    assert world.now(intent).status is Status.SENT
    assert EventType.RESCHEDULED in {event.type for event in world.now(intent).timeline}


def test_a_number_waits_for_no_other_of_its_batch() -> None:
    """One bridge that hangs would stop every number whose message came along, of other companies too."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    world.submit(draft("slow", instance_id=INSTANCE))
    world.submit(draft("quick", instance_id=SECOND_INSTANCE))
    send, free = world.provider.send, list[bool]()

    def hung(instance: Instance, message: Message) -> Outcome:
        if instance.id == SECOND_INSTANCE:
            free.append(not world.leases.held(LeaseKind.LANE, [INSTANCE]))
        return send(instance, message)

    world.provider.send = hung  # type: ignore[method-assign]
    world.work()
    assert free == [True]
    assert world.leases.held(LeaseKind.LANE, [INSTANCE, SECOND_INSTANCE]) == {}


def test_a_lane_without_work_is_given_back_at_once() -> None:
    """Messages that come too early would keep their number's lane from those whose turn it is."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    world.submit(draft("now", instance_id=INSTANCE))
    stale = [replace(order, instance_id=SECOND_INSTANCE, approval=7) for order, _ in world.queue.published]
    send, free = world.provider.send, list[bool]()

    def looking(instance: Instance, message: Message) -> Outcome:
        free.append(not world.leases.held(LeaseKind.LANE, [SECOND_INSTANCE]))
        return send(instance, message)

    world.provider.send = looking  # type: ignore[method-assign]
    world.work([*world.queue.take(), *stale])
    assert free == [True]
