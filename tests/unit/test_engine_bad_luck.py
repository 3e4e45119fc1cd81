"""What bad luck does to the engine: in every kind of life, one call after the other goes wrong, and all is kept."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.ports.provider import Receipt
from chalicelib.domain.connection import Connection, Observation
from chalicelib.domain.outcome import FailureClass, NotSent, Unknown
from chalicelib.domain.policy import OnUnconfirmed
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.values import MINUTE
from chalicelib.domain.verdict import MAX_ATTEMPTS
from tests.fakes import promises
from tests.fakes.accidents import Accident
from tests.fakes.life import Life
from tests.fakes.numbers import INSTANCE, ORGANIZATION, SECOND_INSTANCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chalicelib.application.ports.provider import Message

BUSY, LOST = NotSent(FailureClass.TRANSIENT, "busy"), Unknown("timeout")


def all_is_well(life: Life) -> None:
    """Two messages, two sends."""
    life.hand_in(2)


def a_hiccup(life: Life) -> None:
    """The bridge is busy for a moment."""
    life.phone.answers = [BUSY]
    life.hand_in(2)


def a_lost_answer(life: Life) -> None:
    """The phone sends, and nobody hears of it."""
    life.phone.answers = [LOST]
    life.hand_in(2)


def a_refusal(life: Life) -> None:
    """WhatsApp will never take it."""
    [intent] = life.hand_in(1)
    life.phone.told[intent.id] = NotSent(FailureClass.RECIPIENT_INVALID, "no such server")
    life.hand_in(1)


def an_outage(life: Life) -> None:
    """The number is gone for two minutes."""
    life.phone.answers = [NotSent(FailureClass.INSTANCE_DOWN, "gone")]
    life.phone.seen = Observation(Connection.DISCONNECTED)
    back = Observation(Connection.CONNECTED)
    life.later.append((life.clock.now() + 2 * MINUTE, lambda: setattr(life.phone, "seen", back)))
    life.hand_in(2)


def silence(life: Life) -> None:
    """Two answers are lost one after the other: the number is no longer trusted."""
    life.phone.answers = [LOST] * 2
    life.hand_in(3)


def a_rest(life: Life) -> None:
    """WhatsApp asks the number to slow down."""
    life.phone.answers = [NotSent(FailureClass.THROTTLED, "slow down", retry_after=30_000)]
    life.hand_in(2)


def a_pause(life: Life) -> None:
    """An operator pauses everything while the first message is on its way."""
    life.phone.during = [lambda _: life.pause(100)]
    life.hand_in(2)


def a_long_rest(life: Life) -> None:
    """WhatsApp names a time that is too far away to keep a message on the queue."""
    life.phone.answers = [replace(BUSY, retry_after=20 * MINUTE)]
    life.hand_in(1)


def nothing_but_hiccups(life: Life) -> None:
    """One message is refused for a moment, each time again; its last attempts are left."""
    [intent] = life.hand_in(1)
    life.phone.told[intent.id] = BUSY
    while life.now(intent).attempts < MAX_ATTEMPTS - 2:
        life.live(1)
    life.hand_in(1)


def a_receipt_first(life: Life) -> None:
    """The first answer is lost, and the receipts come all the same."""

    def tell(message: Message) -> None:
        for delivery in (Delivery.DELIVERED, Delivery.READ):
            life.tell(Receipt(message.intent_id, "wire", delivery, life.clock.now()))

    life.phone.during, life.phone.answers = [tell], [LOST]
    life.hand_in(2)


def a_risk(life: Life) -> None:
    """No answer is heard until it is no longer safe to ask again, and the policy wants the message sent anew."""
    organization = life.organizations.organizations[ORGANIZATION]
    risky = replace(organization.policy, on_unconfirmed=OnUnconfirmed.RESEND)
    life.organizations.put_organization(replace(organization, policy=risky))
    life.phone.answers = [LOST] * MAX_ATTEMPTS
    life.hand_in(1)


def two_numbers(life: Life) -> None:
    """One batch for two numbers."""
    life.phone.answers = [BUSY]
    life.hand_in(2, INSTANCE)
    life.hand_in(2, SECOND_INSTANCE)


SENT = [Status.SENT]
LIVES: dict[Callable[[Life], None], list[Status]] = {
    all_is_well: SENT * 2,
    a_hiccup: SENT * 2,
    a_lost_answer: SENT * 2,
    a_refusal: [Status.FAILED, *SENT],
    an_outage: SENT * 2,
    silence: SENT * 3,
    a_rest: SENT * 2,
    a_pause: SENT * 2,
    a_long_rest: SENT,
    nothing_but_hiccups: [Status.FAILED, *SENT],
    a_receipt_first: SENT * 2,
    a_risk: SENT,
    two_numbers: SENT * 4,
}


def of(story: Callable[[Life], None], lag: int = 0) -> Life:
    """A life with this story, watched."""
    life = Life(instances=(INSTANCE, SECOND_INSTANCE) if story is two_numbers else (INSTANCE,), lag=lag)
    life.looks.append(promises.on_the_way)
    story(life)
    return life


def lived(story: Callable[[Life], None], kind: Accident = Accident.DEATH, *at: int) -> Life:
    """A whole life in which these calls go wrong; everything is kept."""
    life = of(story)
    life.accidents.plan(kind, *at)
    life.live(75)
    promises.kept(life, LIVES[story])
    return life


@pytest.mark.parametrize("story", LIVES, ids=lambda story: story.__name__)
def test_whatever_goes_wrong_at_any_call_all_is_kept(story: Callable[[Life], None]) -> None:
    """A worker that dies in the wrong moment would lose a message for ever, send it twice, or send too fast."""
    quiet = lived(story).accidents
    possible = [(kind, at) for kind, at in quiet.possible() if kind is not Accident.INTERRUPTION]
    assert len(possible) > 20
    for kind, at in possible:
        with told(f"after {kind} {at}: {quiet.calls[at - 1]}"):
            assert lived(story, kind, at).accidents.happened == 1


@pytest.mark.parametrize("story", [a_lost_answer, a_hiccup, two_numbers], ids=lambda story: story.__name__)
@pytest.mark.parametrize("later", [2, 7])
def test_who_takes_over_may_die_too(story: Callable[[Life], None], later: int) -> None:
    """The worker that repairs what another one left would leave worse behind."""
    quiet = lived(story).accidents
    for kind, at in quiet.possible():
        if kind is Accident.DEATH:
            with told(f"after {kind} {at} and {at + later}: {quiet.calls[at - 1]}"):
                assert lived(story, kind, at, at + later).accidents.happened


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say what went wrong before a promise was broken."""
    try:
        yield
    except AssertionError as broken:
        raise AssertionError(what) from broken
