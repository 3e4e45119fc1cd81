"""Handing in many messages with one request: each once, decided at once or by queue, and none forgotten on the way."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.batch import FIRST_LOOK
from chalicelib.domain.connection import Connection
from chalicelib.domain.errors import BatchUndecided, IdempotencyKeyReused, InvalidInput, NotFound
from chalicelib.domain.intent import Status
from chalicelib.domain.values import DAY, SECOND, Target, TargetKind, Text
from tests.fakes.numbers import INSTANCE, ORGANIZATION
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.application.intake import AcceptedBatch, Draft
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content

ACTOR = "client key_1"


def wishes(count: int) -> list[Draft]:
    """Wishes to as many people."""
    people = (Target(TargetKind.PHONE, f"+55119876{number:05d}") for number in range(count))
    return [replace(draft(f"Olá {number}"), target=target) for number, target in enumerate(people)]


def hand_in(world: World, drafts: list[Draft], key: str | None = None) -> AcceptedBatch:
    """Hand many in."""
    return world.intake.submit_many(ORGANIZATION, ACTOR, drafts, key)


class Killed(BaseException):
    """The process ends here."""


def killed_after(world: World, creations: int) -> Callable[[], None]:
    """Let the process end after so many intents were stored; returns what brings it back to life."""
    create, left = world.intents.create, [creations]

    def dying(intent: Intent) -> Intent | None:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return create(intent)

    world.intents.create = dying  # type: ignore[method-assign]

    def revive() -> None:
        world.intents.create = create  # type: ignore[method-assign]

    return revive


def statuses(world: World) -> Counter[Status]:
    """How many stored intents are where."""
    return Counter(intent.status for intent in world.intents.stored.values())


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


def meanwhile(world: World, act: Callable[[], object]) -> None:
    """Let somebody else act after the next request was looked at and before it is stored."""
    put_many, waiting = world.contents.put_many, [act]

    def keep(contents: Sequence[tuple[Intent, Content]]) -> None:
        put_many(contents)
        if waiting:
            waiting.pop()()

    world.contents.put_many = keep  # type: ignore[method-assign]


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


@pytest.mark.parametrize("name", ["bat_01JAAAAAAAAAAAAAAAAAAAAAAA", "int_01JAAAAAAAAAAAAAAAAAAAAAAA", "x"])
def test_an_unknown_batch_is_unknown(name: str) -> None:
    """An error would tell strangers which ids exist."""
    world = World()
    batch = hand_in(world, wishes(3)).batch
    for organization_id, batch_id in ((ORGANIZATION, name), ("org_other", batch.id)):
        with pytest.raises(NotFound):
            world.batches.page(organization_id, batch_id, None, 50)


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
