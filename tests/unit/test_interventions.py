"""People's interventions against everything else that happens: what is written first holds, nothing is sent twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.interventions import By
from chalicelib.domain.connection import Connection
from chalicelib.domain.errors import NotFound, TransitionRefused, VersionConflict
from chalicelib.domain.intervention import Resolution
from chalicelib.domain.outcome import FailureClass, NotSent, Unknown
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import HOUR, MINUTE, Reason
from tests.fakes.intervening import (
    ACTOR,
    BY,
    NO_REPETITION,
    before_the_next_write,
    delivered,
    failed,
    interventions,
    unconfirmed,
    wire,
)
from tests.fakes.numbers import INSTANCE, ORGANIZATION
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.intent import Intent


def used(world: World) -> int:
    """How many slots of its number are taken."""
    return world.organizations.usages[INSTANCE].everything.day.used(world.clock.now())


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


@pytest.mark.parametrize(
    ("connection", "waits"), [(Connection.DISCONNECTED, Status.QUEUED), (Connection.CONNECTED, Status.APPROVED)]
)
def test_what_may_have_arrived_is_not_written_anew_because_its_resend_was_cancelled(
    connection: Connection, waits: Status
) -> None:
    """The first send may be on the person's phone: cancelling the second must not let a third one through."""
    world = World(NO_REPETITION)
    intent = unconfirmed(world)
    world.change_instance(connection)
    interventions(world).resolve(ORGANIZATION, intent.id, Resolution.RESEND, BY)
    assert world.now(intent).status is waits
    interventions(world).cancel(ORGANIZATION, intent.id, BY)
    world.change_instance(Connection.CONNECTED)
    assert world.submit().reason == Reason.DUPLICATE_CONTENT


def test_what_may_have_arrived_is_not_written_anew_because_its_resend_failed() -> None:
    """The same, when it is the provider that refuses the second send."""
    world = World(NO_REPETITION)
    intent = unconfirmed(world)
    interventions(world).resolve(ORGANIZATION, intent.id, Resolution.RESEND, BY)
    world.provider.answers = [NotSent(FailureClass.CONTENT_INVALID, "no")]
    world.work()
    assert world.now(intent).status is Status.FAILED
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
