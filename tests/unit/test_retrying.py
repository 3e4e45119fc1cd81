"""A retry: decided at once, as another message, for as long as it makes sense, and once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.interventions import By
from chalicelib.domain.errors import InvalidInput, TransitionRefused
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, Purpose
from tests.fakes.intervening import (
    ACTOR,
    BY,
    NO_REPETITION,
    before_the_next_write,
    delivered,
    failed,
    interventions,
    wire,
)
from tests.fakes.numbers import ORGANIZATION
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content


def test_a_retry_is_decided_at_once_and_leaves_as_another_message() -> None:
    """Whoever retries sees the Gate's answer, and WhatsApp does not take the new send for the old one."""
    world = World(NO_REPETITION)
    intent = failed(world)
    interventions(world).retry(ORGANIZATION, intent.id, BY)
    again = world.now(intent)
    assert (again.status, again.attempts, again.approval) == (Status.APPROVED, 0, 2)
    world.work()
    assert wire(world) == [(intent.id, 0), (intent.id, 1)]
    assert (world.now(intent).status, world.now(intent).attempts) == (Status.SENT, 1)


def test_a_retry_that_the_gate_cannot_answer_is_answered_by_the_sweep() -> None:
    """The table's throttling must not undo a retry that is written down: it leaves a moment later."""
    world = World()
    intent = failed(world)
    load = world.organizations.load

    def broken(_organization_id: str) -> object:
        raise ConnectionError

    world.organizations.load = broken  # type: ignore[method-assign, assignment]
    interventions(world).retry(ORGANIZATION, intent.id, BY)
    assert world.now(intent).status is Status.PENDING
    world.organizations.load = load  # type: ignore[method-assign]
    world.clock.advance(2)
    world.sweep()
    assert world.now(intent).status is Status.APPROVED


def test_of_two_who_retry_at_once_one_wins() -> None:
    """Two operators at the same list: one retry, and the other is told what the message is now."""
    world = World()
    intent = failed(world)
    acts = interventions(world)
    before_the_next_write(world, lambda: acts.retry(ORGANIZATION, intent.id, By("operator usr_2", "first")))
    with pytest.raises(TransitionRefused, match="is APPROVED: somebody had it sent anew meanwhile"):
        acts.retry(ORGANIZATION, intent.id, BY)
    assert [event.actor for event in world.now(intent).timeline if event.type is EventType.RETRIED] == [
        "operator usr_2"
    ]


def test_a_receipt_beats_a_retry() -> None:
    """The receipt arrives between reading and writing: the message is sent, and nobody may send it anew."""
    world = World()
    intent = failed(world)
    world.provider.sent.clear()
    before_the_next_write(world, lambda: world.hear(delivered(intent)))
    with pytest.raises(TransitionRefused, match="is SENT"):
        interventions(world).retry(ORGANIZATION, intent.id, BY)
    world.work()
    assert (world.now(intent).status, world.now(intent).delivery) == (Status.SENT, Delivery.DELIVERED)
    assert not world.provider.sent


def test_a_retry_keeps_an_expiry_that_is_not_over() -> None:
    """Whoever said until when a message makes sense is not overruled by a retry."""
    world = World()
    intent = failed(world)
    interventions(world).retry(ORGANIZATION, intent.id, BY)
    assert world.now(intent).request.expires_at == intent.request.expires_at


@pytest.mark.parametrize(("purpose", "lifetime"), [(Purpose.DISPATCH, 14 * DAY), (Purpose.REPLY, DAY)])
def test_a_retry_after_its_time_lives_as_long_as_a_new_message(purpose: Purpose, lifetime: int) -> None:
    """A retry that expired at once would be none."""
    world = World()
    intent = failed(world, purpose)
    world.clock.advance(20 * DAY / 1_000)
    interventions(world).retry(ORGANIZATION, intent.id, BY)
    assert world.now(intent).request.expires_at == world.clock.now() + lifetime
    assert world.now(intent).status is not Status.DROPPED


def test_a_retry_lives_as_long_as_is_asked_for_within_reason() -> None:
    """An expiry in the past, or years ahead, is a mistake that must be told before anything happens."""
    world = World()
    intent, now = failed(world), world.clock.now()
    for wrong in (now, now + 90 * DAY + 1):
        with pytest.raises(InvalidInput) as caught:
            interventions(world).retry(ORGANIZATION, intent.id, BY, expires_at=wrong)
        assert caught.value.pointer == "/expires_at"
    assert world.now(intent).status is Status.FAILED
    interventions(world).retry(ORGANIZATION, intent.id, BY, expires_at=now + 90 * DAY)
    assert world.now(intent).request.expires_at == now + 90 * DAY


def test_what_a_message_says_is_kept_as_long_as_its_retry_lives() -> None:
    """A long content is stored apart and ends by itself: a retry that outlives it would fail with nothing to say."""
    world = World()
    intent = failed(world, text="Olá! " * 100)
    kept: list[int] = []

    def put_many(contents: Sequence[tuple[Intent, Content]]) -> None:
        kept.extend(one.request.expires_at for one, _ in contents)

    world.contents.put_many = put_many  # type: ignore[method-assign]
    longer = intent.request.expires_at + DAY
    interventions(world).retry(ORGANIZATION, intent.id, BY, expires_at=longer)
    assert kept == [longer]


def test_a_message_whose_content_is_gone_is_not_retried() -> None:
    """Nothing can be sent of it: the operator is told to submit it anew rather than watch it fail."""
    world = World()
    intent = failed(world)
    world.contents.get_many = lambda _intents: {}  # type: ignore[method-assign, assignment]
    with pytest.raises(TransitionRefused, match="no longer kept"):
        interventions(world).retry(ORGANIZATION, intent.id, BY)
    assert world.now(intent).status is Status.FAILED


def test_many_are_retried_and_the_rest_is_left_out() -> None:
    """A redrive retries what can be retried, and knows what it could not."""
    world = World()
    first, second, sent = failed(world), failed(world), world.submit()
    world.work()
    stale = [world.now(one) for one in (second, sent, first)]
    world.hear(delivered(second))
    retried = interventions(world).retry_for(stale, ACTOR, "redriven")
    assert {name: one.status for name, one in retried.items()} == {first.id: Status.APPROVED}
    assert world.now(second).status is Status.SENT


def test_each_organizations_messages_are_decided_by_themselves() -> None:
    """One tenant whose Gate cannot be asked must not keep another one's retries waiting."""
    world = World()
    mine = failed(world)
    theirs = replace(world.now(mine), id=world.ids.new("int"), organization_id=world.ids.new("org"))
    world.intents.create(theirs)
    world.contents.put_many([(theirs, draft().content)])
    retried = interventions(world).retry_for([theirs, world.now(mine)], ACTOR, "redriven")
    assert {name: one.status for name, one in retried.items()} == {
        theirs.id: Status.PENDING,
        mine.id: Status.APPROVED,
    }
