"""The sweep: whatever is due, lost, expired or waiting is found."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.connection import Connection, Observation
from chalicelib.domain.control import Lease
from chalicelib.domain.instance import InstancePurpose, Lifecycle
from chalicelib.domain.outcome import Unknown
from chalicelib.domain.pause import Pause
from chalicelib.domain.status import Status
from chalicelib.domain.values import DAY, MINUTE, Purpose
from chalicelib.domain.verdict import REPEAT_WINDOW
from tests.fakes.numbers import INSTANCE, ORGANIZATION, SECOND_INSTANCE, THIRD_INSTANCE
from tests.fakes.waiting import ANYBODYS, THREE_AN_HOUR, wait_in
from tests.fakes.world import World, draft


def test_a_scheduled_intent_leaves_when_its_time_comes() -> None:
    """send_at is a promise: nothing before, an approval after."""
    world = World()
    intent = world.submit(replace(draft(), send_at=world.clock.now() + DAY))
    world.sweep()
    assert world.now(intent).status is Status.QUEUED
    world.clock.advance(DAY / 1000)
    world.sweep()
    assert world.now(intent).status is Status.APPROVED


def test_a_lost_message_is_published_again_and_the_alarm_moves() -> None:
    """A queue that lost the message must not lose the intent, and must not be flooded either."""
    world = World()
    intent = world.submit()
    world.queue.take()
    world.clock.advance(61)
    world.sweep()
    world.sweep()
    assert [order.intent_id for order in world.queue.take()] == [intent.id]
    alarm = world.now(intent).alarm
    assert alarm is not None
    assert alarm.due is not None
    assert alarm.due > world.clock.now()


def test_a_live_lease_is_left_alone() -> None:
    """The sweep must not declare a working send lost."""
    world = World()
    intent = world.submit()
    claimed = world.intents.stored[intent.id]
    world.leases.take(LeaseKind.LANE, INSTANCE, "t", Lease(world.clock.now(), world.clock.now() + 600_000, 1))
    claimed = claimed.record("claimed", world.clock.now(), "engine", token="t", lease_until=world.clock.now() + 600_000)  # type: ignore[arg-type]
    world.intents.save(claimed, intent.version)
    world.clock.advance(61)
    world.sweep()
    assert world.now(intent).status is Status.SENDING


def test_a_parked_intent_ends_at_its_expiry() -> None:
    """A number that never returns must not keep messages for ever: they end as DROPPED, visibly."""
    world = World()
    world.change_instance(Connection.DISCONNECTED)
    world.provider.seen = Observation(Connection.DISCONNECTED)
    intent = world.submit(replace(draft(), expires_at=world.clock.now() + 60_000))
    assert world.now(intent).status is Status.QUEUED
    world.clock.advance(61)
    world.sweep()
    assert (world.now(intent).status, world.now(intent).reason) == (Status.DROPPED, "EXPIRED")


def test_who_expires_behind_many_others_is_told_so_within_minutes() -> None:
    """A message of ten minutes would be shown as waiting for hours because hundreds are before it."""
    world = World(policy=THREE_AN_HOUR)
    for number in range(150):
        wait_in(world, ANYBODYS, number)
    late = world.submit(replace(draft(), expires_at=world.clock.now() + 10 * MINUTE))
    assert world.now(late).parked_on == ANYBODYS
    for _ in range(12):
        world.clock.advance(60)
        world.sweep()
    assert (world.now(late).status, world.now(late).reason) == (Status.DROPPED, "EXPIRED")


def test_resuming_an_organization_lets_everything_go() -> None:
    """Resume continues where the pause stopped, in the order of arrival."""
    world = World()
    organization = world.organizations.organizations[ORGANIZATION]
    world.organizations.put_organization(replace(organization, paused=Pause("usr_1", "review", 0)))
    intents = []
    for number in range(30):
        intents.append(world.submit(draft(str(number))))
        world.clock.advance(0.01)
    world.sweep()
    assert not world.queue.take()
    world.organizations.put_organization(replace(organization, version=organization.version + 1))
    world.sweep()
    assert [order.intent_id for order in world.queue.take()] == [intent.id for intent in intents]


def test_waiting_for_the_same_thing_is_said_once() -> None:
    """A message parked for a day must not gain a line a minute: the timeline would hide what happened."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE, THIRD_INSTANCE))
    warmup = replace(world.organizations.known[INSTANCE], purpose=InstancePurpose.WARMUP)
    world.organizations.put_instance(warmup)
    world.change_instance(Connection.DISCONNECTED, SECOND_INSTANCE)
    world.change_instance(Connection.DISCONNECTED, THIRD_INSTANCE)
    world.provider.seen = Observation(Connection.DISCONNECTED)
    intent = world.submit()
    for _ in range(3):
        world.clock.advance(60)
        world.sweep()
    assert [event.type for event in world.now(intent).timeline] == ["accepted", "queued"]


def test_an_empty_parking_place_is_forgotten_after_a_while() -> None:
    """Places that nobody waits on must not be probed every minute for ever."""
    world = World()
    world.change_instance(Connection.DISCONNECTED)
    world.submit()
    world.provider.seen = Observation(Connection.CONNECTED)
    world.clock.advance(60)
    world.sweep()
    assert world.alarms.places()
    world.work()
    world.clock.advance(400)
    world.sweep()
    assert not world.alarms.places()


def test_an_unconfirmed_intent_is_held_when_its_repeat_window_is_over() -> None:
    """Outside the window a repeat could be a second message: it is held, and ends at its expiry at the latest."""
    world = World()
    intent = world.submit()
    world.provider.answers = [Unknown("timeout")]
    world.work()
    world.clock.advance(REPEAT_WINDOW / 1000 + 1)
    world.sweep()
    world.work()
    assert world.now(intent).status is Status.UNCONFIRMED
    assert len(world.provider.sent) == 1
    world.clock.advance(15 * DAY / 1000)
    world.sweep()
    assert (world.now(intent).status, world.now(intent).reason) == (Status.FAILED, "UNCONFIRMED")


def test_one_poison_intent_does_not_stop_the_sweep() -> None:
    """A broken record of one organization must not keep everybody else's messages waiting."""
    world = World()
    poison = world.submit(replace(draft(), send_at=world.clock.now() + 1_000))
    world.intents.stored[poison.id] = replace(poison, organization_id="org_nobody")
    healthy = world.submit(replace(draft(), send_at=world.clock.now() + 1_000))
    world.clock.advance(2)
    world.sweep()
    assert world.now(healthy).status is Status.APPROVED
    assert world.journal.notes


def test_what_can_leave_is_not_stuck_behind_what_cannot() -> None:
    """A hundred messages that one number may not carry must not hide the one it may."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    for name, purpose in ((INSTANCE, InstancePurpose.WARMUP), (SECOND_INSTANCE, InstancePurpose.DISPATCH)):
        world.organizations.put_instance(replace(world.organizations.known[name], purpose=purpose))
        world.change_instance(Connection.DISCONNECTED, name)
    for number in range(120):
        world.submit(draft(str(number)))
        world.clock.advance(0.01)
    reply = world.submit(draft("resposta", Purpose.REPLY))
    world.provider.seen = Observation(Connection.DISCONNECTED)
    world.change_instance(Connection.CONNECTED, INSTANCE)
    world.sweep()
    assert world.now(reply).status is Status.APPROVED


def test_a_ban_tells_those_who_wait() -> None:
    """Messages parked on a number that was banned meanwhile must not wait for what cannot return."""
    world = World()
    world.change_instance(Connection.DISCONNECTED)
    intent = world.submit()
    banned = replace(world.organizations.known[INSTANCE], lifecycle=Lifecycle.BANNED)
    world.organizations.put_instance(banned)
    world.sweep()
    assert (world.now(intent).status, world.now(intent).reason) == (Status.BLOCKED, "INSTANCE_BANNED")


def test_sweeping_again_changes_nothing_again() -> None:
    """A tick that runs twice must not send, publish or decide anything a second time."""
    world = World()
    intent = world.submit(replace(draft(), send_at=world.clock.now() + 1_000))
    world.clock.advance(2)
    world.sweep()
    version = world.now(intent).version
    world.sweep()
    assert world.now(intent).version == version
    assert len(world.queue.take()) == 1
