"""People's interventions against everything else that happens: what is written first holds, nothing is sent twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.interventions import By
from chalicelib.application.ports.provider import Receipt
from chalicelib.domain.connection import Connection
from chalicelib.domain.errors import InvalidInput, NotFound, TransitionRefused, VersionConflict
from chalicelib.domain.intervention import Resolution
from chalicelib.domain.outcome import FailureClass, NotSent, Unknown
from chalicelib.domain.policy import OnDuplicate
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, HOUR, MINUTE, Purpose, Reason
from tests.fakes.intervening import ACTOR, BY, before_the_next_write, interventions
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content

REFUSED = NotSent(FailureClass.RECIPIENT_INVALID, "no")
NO_REPETITION = replace(FAST, duplicate_window=HOUR, on_duplicate=OnDuplicate.BLOCK)


def failed(world: World, purpose: Purpose = Purpose.DISPATCH, text: str = "Olá") -> Intent:
    """A message that the provider refused."""
    intent = world.submit(draft(text, purpose))
    world.provider.answers = [REFUSED]
    world.work()
    assert world.now(intent).status is Status.FAILED
    return intent


def unconfirmed(world: World) -> Intent:
    """A message of which nobody knows whether it was sent, its queue message lost."""
    intent = world.submit()
    world.provider.answers = [Unknown("timeout")]
    world.work()
    world.queue.take()
    world.provider.sent.clear()
    assert world.now(intent).status is Status.UNCONFIRMED
    return intent


def delivered(intent: Intent) -> Receipt:
    """WhatsApp's word that the first message arrived."""
    return Receipt(intent.id, f"wire-{intent.id}-0", Delivery.DELIVERED, intent.created_at)


def used(world: World) -> int:
    """How many slots of its number are taken."""
    return world.organizations.usages[INSTANCE].everything.day.used(world.clock.now())


def wire(world: World) -> list[tuple[str, int]]:
    """What was handed to the provider."""
    return [(message.intent_id, message.generation) for message in world.provider.sent]


def test_a_cancelled_message_never_leaves_and_takes_nothing() -> None:
    """Cancelled before it left means not sent; its slot is free again, and the same may be written anew."""
    world = World(NO_REPETITION)
    intent = world.submit()
    interventions(world).cancel(ORGANIZATION, intent.id, BY)
    world.work()
    assert not world.provider.sent
    dropped = world.now(intent)
    assert (dropped.status, dropped.reason) == (Status.DROPPED, "CANCELLED")
    assert (dropped.timeline[-1].actor, dropped.timeline[-1].data["why"]) == (ACTOR, BY.why)
    assert used(world) == 0
    assert world.submit().status is Status.APPROVED


def test_what_failed_for_now_and_was_cancelled_may_be_written_anew() -> None:
    """Nobody was told anything yet: a corrected, equal message must not be refused as a repetition of it."""
    world = World(NO_REPETITION)
    intent = world.submit()
    world.provider.answers = [NotSent(FailureClass.TRANSIENT, "busy", retry_after=HOUR)]
    world.work()
    assert world.now(intent).status is Status.QUEUED
    interventions(world).cancel(ORGANIZATION, intent.id, BY)
    assert world.submit().status is Status.APPROVED


def test_what_may_have_arrived_is_not_written_anew_because_its_resend_was_cancelled() -> None:
    """The first send may be on the person's phone: cancelling the second must not let a third one through."""
    world = World(NO_REPETITION)
    intent = unconfirmed(world)
    world.change_instance(Connection.DISCONNECTED)
    interventions(world).resolve(ORGANIZATION, intent.id, Resolution.RESEND, BY)
    assert world.now(intent).status is Status.QUEUED
    interventions(world).cancel(ORGANIZATION, intent.id, BY)
    world.change_instance(Connection.CONNECTED)
    assert world.submit().reason == Reason.DUPLICATE_CONTENT


def test_a_cancel_written_before_the_claim_wins() -> None:
    """Claimed between reading and writing: the worker whose claim comes second must not call the provider."""
    world = World()
    intent = world.submit()
    before_the_next_write(world, lambda: interventions(world).cancel(ORGANIZATION, intent.id, BY))
    assert world.work().failed == ("m0",)
    assert (world.now(intent).status, world.provider.sent) == (Status.DROPPED, [])


def test_a_cancel_after_the_claim_is_refused_with_the_status() -> None:
    """The operator who lost against the worker must read that it is being sent, not that it was cancelled."""
    world = World()
    intent = world.submit()
    before_the_next_write(world, world.work)
    with pytest.raises(TransitionRefused, match="is SENT"):
        interventions(world).cancel(ORGANIZATION, intent.id, BY)
    assert wire(world) == [(intent.id, 0)]


def test_a_cancel_meets_a_decision_that_was_just_made() -> None:
    """Approved between reading and writing: the cancel still holds, and gives back the slot it did not know of."""
    world = World()
    intent = world.submit(replace(draft(), send_at=world.clock.now() + 5 * MINUTE))
    assert world.now(intent).status is Status.QUEUED
    world.clock.advance(300)
    before_the_next_write(world, lambda: world.gatekeeper.decide_again([world.now(intent)]))
    interventions(world).cancel(ORGANIZATION, intent.id, BY)
    assert EventType.APPROVED in {event.type for event in world.now(intent).timeline}
    assert world.now(intent).status is Status.DROPPED
    assert used(world) == 0


def test_cancelling_twice_changes_nothing() -> None:
    """A client that did not hear the answer asks again, and must not read of a conflict."""
    world = World()
    intent = world.submit()
    interventions(world).cancel(ORGANIZATION, intent.id, BY)
    once = world.now(intent)
    interventions(world).cancel(ORGANIZATION, intent.id, By("operator usr_2", "me too"))
    assert world.now(intent) == once


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


def test_whoever_looks_at_an_old_page_sends_nothing_anew() -> None:
    """Sent anew and unconfirmed once more: a page from before must not make a third message of it."""
    world = World()
    intent = unconfirmed(world)
    acts = interventions(world)
    acts.resolve(ORGANIZATION, intent.id, Resolution.RESEND, BY)
    world.provider.answers = [Unknown("timeout")]
    world.work()
    assert world.now(intent).status is Status.UNCONFIRMED
    with pytest.raises(TransitionRefused, match="somebody had it sent anew"):
        acts.resolve(ORGANIZATION, intent.id, Resolution.RESEND, replace(BY, seen=0))
    assert world.now(intent).generation == 1


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


@pytest.mark.parametrize("resolution", list(Resolution))
def test_a_receipt_beats_every_resolution(resolution: Resolution) -> None:
    """What WhatsApp says of a message outweighs what a person believes of it."""
    world = World()
    intent = unconfirmed(world)
    before_the_next_write(world, lambda: world.hear(delivered(intent)))
    with pytest.raises(TransitionRefused, match="is SENT"):
        interventions(world).resolve(ORGANIZATION, intent.id, resolution, BY)
    assert world.now(intent).delivery is Delivery.DELIVERED


def test_a_late_receipt_stops_what_was_to_be_sent_anew() -> None:
    """The first message arrived after all, before the second left: the second must not leave."""
    world = World()
    intent = unconfirmed(world)
    interventions(world).resolve(ORGANIZATION, intent.id, Resolution.RESEND, BY)
    world.hear(delivered(intent))
    world.work()
    assert (world.now(intent).status, world.now(intent).delivery) == (Status.SENT, Delivery.DELIVERED)
    assert not world.provider.sent


def test_an_authorised_resend_leaves_as_another_message() -> None:
    """A resend is asked for at the risk of a second message: it must pass the Gate and have an id of its own."""
    world = World(NO_REPETITION)
    intent = unconfirmed(world)
    interventions(world).resolve(ORGANIZATION, intent.id, Resolution.RESEND, BY)
    assert world.now(intent).status is Status.APPROVED
    world.work()
    assert wire(world) == [(intent.id, 1)]
    assert world.now(intent).status is Status.SENT


def test_a_message_that_was_not_sent_may_be_written_anew() -> None:
    """Told "not sent" by somebody who asked the person, the same text again is no repetition.

    The slot of the attempt stays used, that of the repeat which never came is free.
    """
    world = World(NO_REPETITION)
    intent = unconfirmed(world)
    assert used(world) == 2
    interventions(world).resolve(ORGANIZATION, intent.id, Resolution.NOT_SENT, BY)
    assert (world.now(intent).status, world.now(intent).reason) == (Status.FAILED, "NOT_SENT")
    assert used(world) == 1
    assert world.submit().status is Status.APPROVED


def test_a_message_that_somebody_knows_to_be_sent_is_not_said_again() -> None:
    """Settled as sent it is sent: no retry, and the same text is a repetition."""
    world = World(NO_REPETITION)
    intent = unconfirmed(world)
    acts = interventions(world)
    acts.resolve(ORGANIZATION, intent.id, Resolution.SENT, BY)
    assert (world.now(intent).status, world.now(intent).delivery) == (Status.SENT, Delivery.ACCEPTED)
    with pytest.raises(TransitionRefused, match="is SENT"):
        acts.retry(ORGANIZATION, intent.id, BY)
    assert world.submit().reason == Reason.DUPLICATE_CONTENT


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


def test_another_organizations_message_is_unknown() -> None:
    """A tenant learns nothing of other tenants' messages, and does nothing to them."""
    world = World()
    intent, acts, stranger = failed(world), interventions(world), world.ids.new("org")
    tried: list[Callable[[], None]] = [
        lambda: acts.cancel(stranger, intent.id, BY),
        lambda: acts.retry(stranger, intent.id, BY),
        lambda: acts.resolve(stranger, intent.id, Resolution.SENT, BY),
        lambda: acts.cancel(ORGANIZATION, "int_1", BY),
    ]
    for act in tried:
        with pytest.raises(NotFound, match="There is no such message intent"):
            act()
    assert world.now(intent).version == 4


def test_somebody_who_is_overtaken_again_and_again_is_told() -> None:
    """Nothing was done, and the caller must know that it may be asked again."""
    world = World()
    intent = world.submit()

    def contended(_intent: Intent, _based_on: int) -> None:
        raise VersionConflict(intent.id)

    world.intents.save = contended  # type: ignore[method-assign, assignment]
    with pytest.raises(VersionConflict):
        interventions(world).cancel(ORGANIZATION, intent.id, BY)
    assert interventions(world).retry_for([intent], ACTOR, "redriven") == {}
