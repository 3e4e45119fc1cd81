"""Handing in many messages with one request: each once, decided at once or by queue, told of until the last is done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.connection import Connection
from chalicelib.domain.errors import BatchUndecided, IdempotencyKeyReused, InvalidInput, NotFound
from chalicelib.domain.status import Status
from tests.fakes.many import hand_in, statuses, wishes
from tests.fakes.numbers import INSTANCE, ORGANIZATION
from tests.fakes.world import World, draft


def test_a_few_are_decided_while_the_client_waits() -> None:
    """A shop that hands in its day's messages would have to ask again for each what became of it."""
    world = World()
    accepted = hand_in(world, wishes(25))
    assert dict(accepted.counts) == {Status.APPROVED: 25}
    assert [one.request.target.value[-5:] for one in accepted.intents] == [f"{number:05d}" for number in range(25)]
    assert [world.contents.get_many([one])[one.id] for one in accepted.intents] == list(accepted.contents)
    assert len(world.queue.take()) == 25
    assert world.gate_queue.asked == []


def test_a_few_cost_one_reservation_per_number() -> None:
    """Each message would wait for the one before it, and the busiest number would be written to once for each."""
    world = World()
    written: list[str] = []
    save = world.organizations.save_usage
    world.organizations.save_usage = lambda *usage: (written.append(usage[1].instance_id), save(*usage))[1]  # type: ignore[method-assign, func-returns-value]
    hand_in(world, wishes(25))
    assert written == [INSTANCE]


def test_many_are_stored_undecided_and_decided_by_queue() -> None:
    """A campaign's hand-over would take longer than a request may last."""
    world = World()
    accepted = hand_in(world, wishes(60))
    assert dict(accepted.counts) == {Status.PENDING: 60}
    assert [len(question.intent_ids) for question in world.gate_queue.asked] == [25, 25, 10]
    assert world.queue.take() == []
    world.answer()
    assert statuses(world) == {Status.APPROVED: 60}
    assert len(world.queue.take()) == 60


@pytest.mark.parametrize("count", [1, 25, 26, 60])
def test_the_same_request_again_is_the_same_intents(count: int) -> None:
    """A client that repeats a request it got no answer to would write to everybody twice."""
    world = World()
    first = hand_in(world, wishes(count), "day-1")
    world.answer()
    again = hand_in(world, wishes(count), "day-1")
    assert (first.replayed, again.replayed) == (False, True)
    assert again.batch.id == first.batch.id
    assert [one.id for one in again.intents] == [one.id for one in first.intents]
    assert again.intents == tuple(world.intents.stored.values())
    assert world.organizations.usages[INSTANCE].everything.day.used(world.clock.now()) == count


def test_without_a_key_the_same_request_is_other_intents() -> None:
    """Two equal announcements that are both meant would become one."""
    world = World()
    first, second = hand_in(world, wishes(3)), hand_in(world, wishes(3))
    assert not {one.id for one in first.intents} & {one.id for one in second.intents}
    assert first.batch.id != second.batch.id


def test_a_repetition_is_told_to_wait_while_much_is_undecided() -> None:
    """The client would be told of a thousand undecided messages as if that were the outcome."""
    world = World()
    first = hand_in(world, wishes(30), "day-1")
    with pytest.raises(BatchUndecided) as refused:
        hand_in(world, wishes(30), "day-1")
    assert refused.value.batch_id == first.batch.id
    world.answer()
    assert hand_in(world, wishes(30), "day-1").replayed


@pytest.mark.parametrize(("first", "second"), [(3, 4), (4, 3), (30, 31), (30, 3), (3, 30), (1, None), (None, 1)])
def test_a_key_stands_for_one_request(first: int | None, second: int | None) -> None:
    """Messages would be swallowed because a key was used for others before."""
    world = World()

    def ask(count: int | None) -> None:
        if count is None:
            world.submit(wishes(1)[0], "day-1")
        else:
            hand_in(world, wishes(count), "day-1")

    ask(first)
    before = dict(world.intents.stored)
    with pytest.raises(IdempotencyKeyReused):
        ask(second)
    assert world.intents.stored == before


@pytest.mark.parametrize("count", [5, 30])
def test_a_key_does_not_stand_for_the_same_number_of_others(count: int) -> None:
    """One changed message among many would be swallowed."""
    world = World()
    hand_in(world, wishes(count), "day-1")
    before = dict(world.intents.stored)
    with pytest.raises(IdempotencyKeyReused):
        hand_in(world, [*wishes(count - 1), draft("Outra")], "day-1")
    assert world.intents.stored == before


@pytest.mark.parametrize("count", [5, 30])
def test_every_mistake_is_named_and_nothing_is_accepted(count: int) -> None:
    """A client would learn of one mistake at a time, or send half of its messages twice after mending the others."""
    world = World()
    drafts = wishes(count)
    drafts[1] = replace(drafts[1], instance_id="ins_nobody")
    drafts[3] = replace(drafts[3], expires_at=world.clock.now() - 1)
    with pytest.raises(InvalidInput) as refused:
        hand_in(world, drafts, "day-1")
    mistakes = [refused.value, *refused.value.others]
    assert [one.pointer for one in mistakes] == ["/intents/1/instance_id", "/intents/3/expires_at"]
    assert (world.intents.stored, world.batch_store.stored, world.queue.published) == ({}, {}, [])
    assert hand_in(world, wishes(count), "day-1").counts.total() == count  # type: ignore[attr-defined]


def test_a_broken_gate_queue_is_no_reason_to_refuse() -> None:
    """The queue being down would lose messages that were answered with 202."""
    world = World()
    world.gate_queue.broken = True
    hand_in(world, wishes(30))
    world.clock.advance(60)
    world.sweep()
    assert statuses(world) == {Status.PENDING: 30}
    world.gate_queue.broken = False
    world.clock.advance(60)
    world.sweep()
    assert statuses(world) == {Status.APPROVED: 30}


def test_nothing_is_asked_twice_while_the_gate_is_behind() -> None:
    """With a long queue every tick would make it longer, until nothing new is ever decided."""
    world = World()
    hand_in(world, wishes(30))
    world.gate_queue.take(100)
    world.gate_queue.others = 2_000
    world.clock.advance(60)
    world.batch_watch.look(world.clock.monotonic() + 10)
    assert world.gate_queue.asked == []
    world.gate_queue.others = 0
    world.clock.advance(60)
    world.batch_watch.look(world.clock.monotonic() + 10)
    assert sum(len(question.intent_ids) for question in world.gate_queue.asked) == 30


def test_what_stays_contended_is_asked_about_by_queue_and_has_an_alarm() -> None:
    """A few messages that could not be decided at once would be accepted and then forgotten."""
    world = World()
    save = world.organizations.save_usage
    world.organizations.save_usage = lambda *_: False  # type: ignore[method-assign]
    assert dict(hand_in(world, wishes(3)).counts) == {Status.PENDING: 3}
    world.organizations.save_usage = save  # type: ignore[method-assign]
    assert [len(question.intent_ids) for question in world.gate_queue.take()] == [3]
    world.clock.advance(60)
    world.sweep()
    assert statuses(world) == {Status.APPROVED: 3}


def test_a_batch_tells_how_far_it_is() -> None:
    """Whoever handed a thousand messages in could not see how many of them left."""
    world = World()
    world.change_instance(Connection.DISCONNECTED)
    batch = hand_in(world, wishes(30), "day-1").batch
    world.gate_queue.take(1)
    world.answer()
    first = world.batches.page(ORGANIZATION, batch.id, None, 20)
    assert dict(first.counts or {}) == {Status.PENDING: 25, Status.QUEUED: 5}
    assert ([one.id for one in first.intents if one], first.after) == (batch.ids(0, 20), 20)
    rest = world.batches.page(ORGANIZATION, batch.id, first.after, 20)
    assert (rest.start, len(rest.intents), rest.after, rest.counts) == (20, 10, None, None)
    assert [one and one.reason for one in rest.intents[-5:]] == ["INSTANCE_DISCONNECTED"] * 5


@pytest.mark.parametrize("name", ["bat_01JAAAAAAAAAAAAAAAAAAAAAAA", "int_01JAAAAAAAAAAAAAAAAAAAAAAA", "x"])
def test_an_unknown_batch_is_unknown(name: str) -> None:
    """An error would tell strangers which ids exist."""
    world = World()
    batch = hand_in(world, wishes(3)).batch
    for organization_id, batch_id in ((ORGANIZATION, name), ("org_other", batch.id)):
        with pytest.raises(NotFound):
            world.batches.page(organization_id, batch_id, None, 50)
