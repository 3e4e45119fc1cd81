"""Redrives: dead letters go through the Gate once more, at a rate, and whatever moved on is left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.attempt import receipt
from chalicelib.domain.errors import NotFound, TransitionRefused
from chalicelib.domain.intervention import retry
from chalicelib.domain.pause import Pause
from chalicelib.domain.redrive import PAGE, Fates, Redrive, RedriveStatus, last_failure, succeeding
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, MINUTE, Reason
from tests.contract import samples
from tests.contract.samples import ANOTHER_ORGANIZATION
from tests.fakes.clock import NOON
from tests.fakes.dead_letters import Mortuary, exhausted
from tests.fakes.numbers import ORGANIZATION
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.ports.intents import Page
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.listing import IntentFilter

WHO, WHY = "operator usr_1", "o provedor voltou"


def begin(mortuary: Mortuary, per_minute: int = 600) -> Redrive:
    """Begin a redrive."""
    return mortuary.book.begin(ORGANIZATION, WHO, WHY, per_minute)


def redrive(mortuary: Mortuary) -> Redrive:
    """The redrive as stored now."""
    found = mortuary.book.redrive(ORGANIZATION)
    assert found is not None
    return found


def retries(intent: Intent) -> list[tuple[str, str]]:
    """Who had it decided anew, and why."""
    return [(event.actor, event.data["why"]) for event in intent.timeline if event.type is EventType.RETRIED]


def test_dead_letters_go_through_the_gate_once_more() -> None:
    """What a day's outage killed would have to be sent again by hand, one by one."""
    world = World()
    mortuary = Mortuary(world)
    dead = mortuary.fill(3)
    assert mortuary.book.count(ORGANIZATION) == 3
    begin(mortuary)
    mortuary.tick()
    after = [world.now(one) for one in dead]
    assert [retries(one) for one in after] == [[(WHO, WHY)]] * 3
    assert {(one.status, one.approval, one.generation, one.attempts) for one in after} == {(Status.APPROVED, 2, 1, 0)}
    assert mortuary.queue.messages == {}
    done = redrive(mortuary)
    assert (done.status, done.fates, done.ended_at) == (
        RedriveStatus.DONE,
        Fates(redriven=3),
        world.clock.now() - MINUTE,
    )
    assert mortuary.book.count(ORGANIZATION) == 0
    world.work()
    assert sorted(message.intent_id for message in world.provider.sent) == sorted(one.id for one in dead)
    assert list(mortuary.redrives.unfinished(10)) == []


def test_a_redrive_keeps_to_its_rate_and_shows_how_far_it_is() -> None:
    """A provider that just recovered would be run over, or nobody could tell how long it takes."""
    world = World()
    mortuary = Mortuary(world)
    mortuary.fill(7)
    begin(mortuary, per_minute=3)
    seen = []
    for _ in range(3):
        mortuary.tick()
        seen.append((redrive(mortuary).fates.redriven, redrive(mortuary).status))
    assert seen == [(3, RedriveStatus.RUNNING), (6, RedriveStatus.RUNNING), (7, RedriveStatus.DONE)]


@pytest.mark.parametrize("late", [-400, 0, 400])
def test_a_tick_that_comes_early_or_late_changes_no_rate(late: int) -> None:
    """A schedule that trembles would halve the rate, or double it."""
    one = Redrive(ORGANIZATION, WHO, WHY, 10, NOON, NOON)
    first = one.taking([str(number) for number in range(one.room(NOON))], "after", NOON)
    assert (len(first.page), first.room(NOON + 100)) == (10, 0)
    assert first.room(NOON + MINUTE + late) == 10


def test_more_than_a_page_is_redriven_in_one_minute() -> None:
    """A high rate would stay a promise: one page a minute, whatever was asked for."""
    world = World()
    mortuary = Mortuary(world)
    mortuary.fill(2 * PAGE + 5)
    begin(mortuary, per_minute=600)
    mortuary.tick()
    assert (redrive(mortuary).fates.redriven, redrive(mortuary).status) == (2 * PAGE + 5, RedriveStatus.DONE)


def test_what_failed_after_the_beginning_is_left_for_the_next() -> None:
    """A message that fails again and again would be redriven for ever."""
    world = World()
    mortuary = Mortuary(world)
    first = mortuary.fill(1)[0]
    begin(mortuary)
    world.clock.advance(1)
    late = mortuary.fill(2)[1]
    mortuary.tick()
    assert [world.now(one).status for one in (first, late)] == [Status.APPROVED, Status.FAILED]
    assert redrive(mortuary).fates == Fates(redriven=1)
    assert len(mortuary.queue.messages) == 2
    begin(mortuary)
    mortuary.tick()
    assert (world.now(late).status, mortuary.queue.messages) == (Status.APPROVED, {})


def test_what_is_worthless_by_now_is_left_alone() -> None:
    """A code from yesterday would arrive today."""
    world = World()
    mortuary = Mortuary(world)
    old = mortuary.kill(world.submit(replace(draft(), expires_at=world.clock.now() + MINUTE)))
    world.clock.advance(60)
    fresh = mortuary.fill(2)[1]
    begin(mortuary)
    mortuary.tick()
    assert [world.now(one).status for one in (old, fresh)] == [Status.FAILED, Status.APPROVED]
    assert redrive(mortuary).fates == Fates(redriven=2, expired=1)
    assert [one.intent_id for one in mortuary.queue.messages.values()] == [old.id]


def test_a_message_that_vanished_from_the_queue_is_redriven_all_the_same() -> None:
    """After 14 days nothing but the queue would know which messages never left."""
    world = World()
    mortuary = Mortuary(world)
    dead = mortuary.fill(2)
    mortuary.queue.messages.clear()
    begin(mortuary)
    mortuary.tick()
    assert {world.now(one).status for one in dead} == {Status.APPROVED}


def test_other_organizations_are_left_alone() -> None:
    """One customer's click would send another customer's messages."""
    world = World()
    mortuary = Mortuary(world)
    mine = mortuary.fill(2)
    theirs = mortuary.lend(ANOTHER_ORGANIZATION, world.now(mine[0]))
    begin(mortuary)
    mortuary.tick()
    assert world.intents.stored[theirs.id] == theirs
    assert [one.intent_id for one in mortuary.queue.messages.values()] == [theirs.id]
    assert redrive(mortuary).status is RedriveStatus.DONE
    assert len(mortuary.queue.receive(10, 0)) == 1
    assert mortuary.book.redrive(ANOTHER_ORGANIZATION) is None
    with pytest.raises(NotFound):
        mortuary.book.cancel(ANOTHER_ORGANIZATION, WHO)


def test_a_message_nobody_can_read_stays_and_is_counted() -> None:
    """The only trace of a message would be deleted unread."""
    world = World()
    mortuary = Mortuary(world)
    mortuary.queue.die(None)
    begin(mortuary)
    mortuary.tick()
    assert redrive(mortuary).unreadable == 1
    assert len(mortuary.queue.messages) == 1
    assert ("unreadable dead letter", {"message_id": "dead-1"}) in world.journal.notes


def test_a_paused_organizations_dead_letters_wait_at_the_gate() -> None:
    """A redrive would run around the pause."""
    world = World()
    mortuary = Mortuary(world)
    dead = mortuary.fill(1)[0]
    tenant = world.organizations.organizations[ORGANIZATION]
    world.organizations.put_organization(replace(tenant, paused=Pause(WHO, "stop", world.clock.now())))
    begin(mortuary)
    mortuary.tick()
    after = world.now(dead)
    assert (after.status, after.reason, world.queue.take()) == (Status.QUEUED, Reason.OPS_PAUSED, [])
    assert mortuary.queue.messages == {}


def by_hand(world: World, intent: Intent) -> Intent:
    """Somebody retries one."""
    return retry(intent, "operator usr_2", "já", intent.request.expires_at, world.clock.now())


def proven(world: World, intent: Intent) -> Intent:
    """A receipt comes after all."""
    return receipt(intent, Delivery.DELIVERED, "3EB0", world.clock.now(), world.clock.now())


@pytest.mark.parametrize(("act", "status"), [(by_hand, Status.PENDING), (proven, Status.SENT)])
def test_what_moved_on_meanwhile_is_not_redriven(act: Callable[[World, Intent], Intent], status: Status) -> None:
    """A message that arrived, or was retried by hand, would be sent a second time."""
    world = World()
    mortuary = Mortuary(world)
    dead = mortuary.fill(2)
    page = world.intents.page

    def crossed(organization_id: str, wanted: IntentFilter, after: str | None, limit: int) -> Page:
        found = page(organization_id, wanted, after, limit)
        world.intents.save(act(world, dead[0]), dead[0].version)
        return found

    world.intents.page = crossed  # type: ignore[method-assign]
    begin(mortuary)
    mortuary.tick()
    assert world.now(dead[0]).status is status
    assert retries(world.now(dead[1])) == [(WHO, WHY)]
    assert redrive(mortuary).fates == Fates(redriven=1, moved_on=1)


def test_one_that_cannot_be_written_is_counted_and_stays() -> None:
    """One poisoned message would stop the redrive of all others, or be lost from sight."""
    world = World()
    mortuary = Mortuary(world)
    dead = mortuary.fill(2)
    save = world.intents.save

    def poisoned(intent: Intent, based_on: int) -> None:
        if intent.id == dead[0].id:
            raise RuntimeError("poison")
        save(intent, based_on)

    world.intents.save = poisoned  # type: ignore[method-assign]
    begin(mortuary)
    mortuary.tick()
    assert redrive(mortuary).fates == Fates(redriven=1, failed=1)
    world.clock.advance(2)
    world.sweep()
    mortuary.tick()
    assert [one.intent_id for one in mortuary.queue.messages.values()] == [dead[0].id]
    assert mortuary.book.count(ORGANIZATION) == 1


def test_two_redrives_of_one_organization_do_not_run() -> None:
    """Two operators would each think that it was their rate."""
    mortuary = Mortuary(World())
    begin(mortuary)
    with pytest.raises(TransitionRefused, match="running already"):
        begin(mortuary)


def test_a_cancelled_redrive_goes_no_further_and_another_one_does_the_rest() -> None:
    """An operator who sees that the provider is still down could only watch."""
    world = World()
    mortuary = Mortuary(world)
    dead = mortuary.fill(5)
    begin(mortuary, per_minute=2)
    mortuary.tick()
    cancelled = mortuary.book.cancel(ORGANIZATION, "operator usr_2")
    assert (cancelled.status, cancelled.ended_by) == (RedriveStatus.CANCELLED, "operator usr_2")
    mortuary.tick()
    assert redrive(mortuary) == cancelled
    assert sum(world.now(one).status is Status.FAILED for one in dead) == 3
    with pytest.raises(TransitionRefused):
        mortuary.book.cancel(ORGANIZATION, WHO)
    begin(mortuary)
    mortuary.tick()
    assert (redrive(mortuary).fates, mortuary.queue.messages) == (Fates(redriven=3), {})
    assert [len(retries(world.now(one))) for one in dead] == [1] * 5


def test_a_dead_letter_tells_its_last_failure() -> None:
    """An operator could not tell whether a redrive makes sense."""
    assert last_failure(exhausted(samples.approved(), NOON)) == "TRANSIENT"
    assert last_failure(samples.approved()) is None


def test_a_new_redrive_takes_the_place_of_the_one_before() -> None:
    """Two operators who begin at once would both be told that they did."""
    first = succeeding(None, Redrive(ORGANIZATION, WHO, WHY, 10, NOON, NOON))
    done = first.stored().done(0, NOON + DAY)
    assert (first.version, succeeding(done, first).version) == (0, 1)
