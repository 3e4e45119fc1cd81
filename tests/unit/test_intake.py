"""Taking intents in: once, decided, never lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.connection import Connection, Observation
from chalicelib.domain.errors import IdempotencyKeyReused, InvalidInput
from chalicelib.domain.policy import Policy
from chalicelib.domain.status import Status
from chalicelib.domain.values import DAY
from tests.fakes.numbers import INSTANCE, ORGANIZATION
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.usage import Usage


def test_an_intent_is_decided_stored_and_published() -> None:
    """The plain case: accepted means stored with its decision and on its way."""
    world = World()
    intent = world.submit()
    assert intent.status is Status.APPROVED
    assert world.now(intent) == intent
    assert [(order.intent_id, order.approval) for order in world.queue.take()] == [(intent.id, 1)]


def test_the_same_key_is_accepted_once() -> None:
    """A client that retries after a timeout must not send the message twice, nor use up two slots."""
    world = World()
    first = world.submit(key="order-1")
    again = world.intake.submit(ORGANIZATION, "client key_1", draft(), "order-1")
    assert again.replayed
    assert again.intent == first
    assert len(world.queue.take()) == 1
    assert world.organizations.usages[INSTANCE].everything.day.used(world.clock.now()) == 1


def test_a_replay_is_answered_even_after_the_expiry() -> None:
    """A client that repeats a lost answer late must learn that it was sent, not that its request makes no sense."""
    world = World()
    short = replace(draft(), expires_at=world.clock.now() + 60_000)
    first = world.submit(short, key="order-1")
    world.clock.advance(120)
    assert world.submit(short, key="order-1").id == first.id


def test_a_crash_right_after_storing_loses_no_parked_intent() -> None:
    """The parking place must be known before anything waits there, or nobody ever looks."""
    world = World()
    world.change_instance(Connection.DISCONNECTED)
    create = world.intents.create

    def crash(intent: Intent) -> Intent | None:
        create(intent)
        raise KeyboardInterrupt

    world.intents.create = crash  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        world.submit()
    world.provider.seen = Observation(Connection.CONNECTED)
    world.clock.advance(60)
    world.sweep()
    assert [intent.status for intent in world.intents.stored.values()] == [Status.APPROVED]


def test_the_same_key_with_another_body_is_refused() -> None:
    """A reused key must not silently swallow a different message."""
    world = World()
    world.submit(key="order-1")
    with pytest.raises(IdempotencyKeyReused):
        world.submit(draft("Outra"), key="order-1")


def test_a_twin_that_loses_the_race_gives_its_slot_back() -> None:
    """Two identical requests at once: one intent, one slot."""
    world = World()
    stored: list[Intent] = []
    create = world.intents.create

    def race(intent: Intent) -> Intent | None:
        if not stored:
            stored.append(intent)
            world.submit(key="order-1")
        return create(intent)

    world.intents.create = race  # type: ignore[method-assign]
    world.submit(key="order-1")
    assert len(world.intents.stored) == 1
    assert world.organizations.usages[INSTANCE].everything.day.used(world.clock.now()) == 1


def test_a_failed_publish_is_still_accepted_and_found_again() -> None:
    """The queue being down must not lose a message that was answered with 202."""
    world = World()
    world.queue.broken = True
    intent = world.submit()
    assert intent.status is Status.APPROVED
    world.queue.broken = False
    world.clock.advance(61)
    world.sweep()
    assert [order.intent_id for order in world.queue.take()] == [intent.id]


def test_contention_is_decided_again_on_fresh_numbers() -> None:
    """When another decider reserves first, the limit must hold: the loser decides on what is left."""
    world = World(Policy(1, 60, 600, 0, 0))
    save = world.organizations.save_usage
    raced: list[bool] = []

    def beaten_once(organization_id: str, usage: Usage) -> bool:
        if not raced:
            raced.append(True)
            stored = world.organizations.usage(organization_id, INSTANCE)
            save(organization_id, stored.reserve(world.clock.now(), 0))
        return save(organization_id, usage)

    world.organizations.save_usage = beaten_once  # type: ignore[method-assign]
    now = world.clock.now()
    intent = world.submit()
    assert intent.status is Status.APPROVED
    assert intent.not_before >= now + 60_000


def test_who_lost_the_last_slot_leaves_none_with_the_recipient() -> None:
    """The next message to that person would wait for one that was never sent, or be refused as its copy."""
    world = World(Policy(1, 1, 600, 0, 0))
    save = world.organizations.save_usage

    def beaten(organization_id: str, usage: Usage) -> bool:
        if not world.organizations.usages:
            blank = world.organizations.usage(organization_id, INSTANCE)
            save(organization_id, blank.reserve(world.clock.now(), 0))
        return save(organization_id, usage)

    world.organizations.save_usage = beaten  # type: ignore[method-assign]
    intent = world.submit()
    assert intent.status is Status.QUEUED
    [person] = world.book.recipients(ORGANIZATION, {intent.id: intent.request.target}).values()
    assert [one.intent_id for one in person.recent] == [intent.id]
    assert person.last_slot(but="") == 0


def test_endless_contention_leaves_the_intent_pending_with_an_alarm() -> None:
    """A decider that never gets through must not lose the message: it is decided at the next tick."""
    world = World()
    save = world.organizations.save_usage
    world.organizations.save_usage = lambda *_: False  # type: ignore[method-assign]
    intent = world.submit()
    assert world.now(intent).status is Status.PENDING
    world.organizations.save_usage = save  # type: ignore[method-assign]
    world.clock.advance(3)
    world.sweep()
    assert world.now(intent).status is Status.APPROVED


def test_an_unknown_instance_is_refused_before_anything_is_stored() -> None:
    """A typo in instance_id must be an error, not a message that waits forever."""
    world = World()
    with pytest.raises(InvalidInput) as refused:
        world.submit(draft(instance_id="ins_nobody"))
    assert refused.value.pointer == "/instance_id"
    assert not world.intents.stored


@pytest.mark.parametrize(
    ("send_at", "expires_at", "pointer"),
    [
        (None, -1, "/expires_at"),
        (DAY, DAY - 1, "/expires_at"),
        (None, 91 * DAY, "/expires_at"),
        (91 * DAY, None, "/send_at"),
    ],
)
def test_impossible_times_are_refused(send_at: int | None, expires_at: int | None, pointer: str) -> None:
    """A message that could never leave is refused where the mistake is made."""
    world = World()
    now = world.clock.now()
    wish = replace(
        draft(),
        send_at=None if send_at is None else now + send_at,
        expires_at=None if expires_at is None else now + expires_at,
    )
    with pytest.raises(InvalidInput) as refused:
        world.submit(wish)
    assert refused.value.pointer == pointer


def test_a_key_from_before_campaigns_still_stands_for_its_body() -> None:
    """A client that repeats a request after an update would be told that its key was used for something else."""
    assert draft().fingerprint == "7aa8e7ff8936d6f5444fdf02776a0d16"
    assert replace(draft(), campaign="Natal").fingerprint != draft().fingerprint
