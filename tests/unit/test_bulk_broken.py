"""Requests with many messages that break off, are repeated or meet others: each message once, and none forgotten."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.batch import FIRST_LOOK
from chalicelib.domain.errors import BatchUndecided, IdempotencyKeyReused
from chalicelib.domain.status import Status
from chalicelib.domain.values import DAY, SECOND, Text
from tests.fakes.many import Killed, hand_in, killed_after, meanwhile, statuses, wishes
from tests.fakes.numbers import INSTANCE, ORGANIZATION
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent


@pytest.mark.parametrize("stored", [0, 1, 29])
def test_whatever_is_stored_is_decided_though_the_rest_never_came(stored: int) -> None:
    """A process that died halfway would leave messages behind that nobody ever decides about."""
    world = World()
    killed_after(world, stored)
    with pytest.raises(Killed):
        hand_in(world, wishes(30), "day-1")
    assert statuses(world) == ({Status.PENDING: stored} if stored else {})
    assert world.gate_queue.asked == []
    world.clock.advance(FIRST_LOOK / SECOND)
    world.sweep()
    assert statuses(world) == ({Status.APPROVED: stored} if stored else {})
    world.clock.advance(3_600)
    assert list(world.batch_store.due(world.clock.now(), 10)) == ([] if not stored else [*world.batch_store.stored])
    world.sweep()
    assert list(world.batch_store.due(world.clock.now() + DAY, 10)) == []


@pytest.mark.parametrize("count", [10, 30])
@pytest.mark.parametrize("stored", [0, 1, 9])
def test_a_repetition_goes_on_where_the_first_one_broke_off(count: int, stored: int) -> None:
    """A client that repeats its request with its key could not have the rest sent, or had the first part sent twice."""
    world = World()
    revive = killed_after(world, stored)
    with pytest.raises(Killed):
        hand_in(world, wishes(count), "day-1")
    revive()
    world.clock.advance(600)
    world.sweep()
    assert not hand_in(world, wishes(count), "day-1").replayed
    world.answer()
    assert statuses(world) == {Status.APPROVED: count}
    assert hand_in(world, wishes(count), "day-1").replayed


def test_a_look_at_a_batch_does_not_hide_what_is_stored_meanwhile() -> None:
    """The alarm would be switched off by a look that did not see the messages of a repeated request."""
    world = World()
    revive = killed_after(world, 0)
    with pytest.raises(Killed):
        hand_in(world, wishes(30), "day-1")
    revive()
    world.clock.advance(60)
    get_many = world.intents.get_many

    def meanwhile(intent_ids: list[str]) -> dict[str, Intent]:
        world.intents.get_many = get_many  # type: ignore[method-assign]
        found = get_many(intent_ids)
        world.gate_queue.broken = True
        hand_in(world, wishes(30), "day-1")
        return found

    world.intents.get_many = meanwhile  # type: ignore[assignment, method-assign]
    world.batch_watch.look(world.clock.monotonic() + 10)
    assert statuses(world) == {Status.PENDING: 30}
    world.gate_queue.broken = False
    world.clock.advance(60)
    world.sweep()
    assert statuses(world) == {Status.APPROVED: 30}


@pytest.mark.parametrize("count", [10, 30])
def test_a_key_taken_by_one_message_meanwhile_gives_everything_back(count: int) -> None:
    """Two requests with one key at once: the loser's messages would leave, or its slots be lost."""
    world = World()
    meanwhile(world, lambda: world.submit(draft("Sozinha"), "day-1"))
    with pytest.raises(IdempotencyKeyReused):
        hand_in(world, wishes(count), "day-1")
    [kept] = world.intents.stored.values()
    assert world.contents.get_many([kept])[kept.id] == Text("Sozinha")
    assert len(world.queue.take()) == 1
    assert world.gate_queue.asked == []
    assert world.organizations.usages[INSTANCE].everything.day.used(world.clock.now()) == 1
    world.clock.advance(60)
    world.sweep()
    assert [one.id for one in world.intents.stored.values()] == [kept.id]


@pytest.mark.parametrize(("first", "second"), [(10, 11), (11, 10), (30, 31), (30, 10), (10, 30)])
def test_of_two_requests_with_one_key_at_once_one_is_accepted(first: int, second: int) -> None:
    """As above, when both have many messages: those of both would leave, or a mixture of them."""
    world = World()
    accepted: list[int] = []

    def ask(count: int) -> None:
        with suppress(IdempotencyKeyReused):
            accepted.append(hand_in(world, wishes(count), "day-1").batch.count)

    meanwhile(world, lambda: ask(second))
    ask(first)
    [count] = accepted
    world.answer()
    assert statuses(world) == {Status.APPROVED: count}
    assert world.organizations.usages[INSTANCE].everything.day.used(world.clock.now()) == count
    assert hand_in(world, wishes(count), "day-1").replayed


@pytest.mark.parametrize("count", [10, 30])
def test_twins_at_once_are_one_request(count: int) -> None:
    """A client's library that repeats a slow request while the first one still runs would double everything."""
    world = World()
    twins = []
    meanwhile(world, lambda: twins.append(hand_in(world, wishes(count), "day-1")))
    mine = hand_in(world, wishes(count), "day-1")
    assert [one.id for one in mine.intents] == [one.id for one in twins[0].intents]
    world.answer()
    assert statuses(world) == {Status.APPROVED: count}
    assert len(world.queue.take()) == count
    assert world.organizations.usages[INSTANCE].everything.day.used(world.clock.now()) == count


def test_a_batch_that_broke_off_shows_what_is_missing() -> None:
    """A client could not see which of its messages nobody took."""
    world = World()
    killed_after(world, 7)
    with pytest.raises(Killed):
        hand_in(world, wishes(30), "day-1")
    [batch] = world.batch_store.stored.values()
    page = world.batches.page(ORGANIZATION, batch.id, None, 50)
    assert [one is None for one in page.intents] == [False] * 7 + [True] * 23
    assert dict(page.counts or {}) == {Status.PENDING: 7}


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(count=st.integers(1, 60), deaths=st.lists(st.integers(0, 60), max_size=4), sweeps=st.lists(st.booleans()))
def test_any_number_of_broken_and_repeated_requests_gives_each_message_once(
    count: int, deaths: list[int], sweeps: list[bool]
) -> None:
    """However often a client repeats its request, somebody would be written to twice or never."""
    world = World()
    for index, stored in enumerate(deaths):
        revive = killed_after(world, stored)
        with suppress(Killed, BatchUndecided):
            hand_in(world, wishes(count), "day-1")
        revive()
        if index < len(sweeps) and sweeps[index]:
            world.clock.advance(60)
            world.sweep()
    try:
        hand_in(world, wishes(count), "day-1")
    except BatchUndecided:
        assert count > 25
    for _ in range(3):
        world.clock.advance(60)
        world.sweep()
    assert hand_in(world, wishes(count), "day-1").replayed
    told = [
        world.contents.get_many([one])[one.id] for one in sorted(world.intents.stored.values(), key=lambda one: one.id)
    ]
    assert told == [wish.content for wish in wishes(count)]
    assert statuses(world) == {Status.APPROVED: count}
    assert all(one.timeline[0].type == "accepted" for one in world.intents.stored.values())
    assert world.organizations.usages[INSTANCE].everything.day.used(world.clock.now()) >= count
