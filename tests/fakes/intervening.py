"""People who do something about messages, also while somebody else is faster."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.application.interventions import By, Interventions
from chalicelib.application.ports.provider import Receipt
from chalicelib.domain.outcome import FailureClass, NotSent, Unknown
from chalicelib.domain.policy import OnDuplicate
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.values import HOUR, Purpose
from tests.fakes.fan_out import sequential
from tests.fakes.numbers import FAST
from tests.fakes.world import draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.intent import Intent
    from tests.fakes.world import World

ACTOR = "operator usr_1"
BY = By(ACTOR, "asked by phone")
REFUSED = NotSent(FailureClass.RECIPIENT_INVALID, "no")
NO_REPETITION = replace(FAST, duplicate_window=HOUR, on_duplicate=OnDuplicate.BLOCK)


def interventions(world: World) -> Interventions:
    """What people can do in this world."""
    return Interventions(
        intents=world.intents,
        contents=world.contents,
        settlement=world.settlement,
        reservations=world.settlement.reservations,
        gatekeeper=world.gatekeeper,
        fan_out=sequential,
        clock=world.clock,
        journal=world.journal,
    )


def before_the_next_write(world: World, act: Callable[[], object]) -> None:
    """Let somebody else act between the next reading of an intent and the write that follows from it."""
    save, waiting = world.intents.save, [act]

    def overtaken(intent: Intent, based_on: int) -> None:
        if waiting:
            waiting.pop()()
        save(intent, based_on)

    world.intents.save = overtaken  # type: ignore[method-assign]


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


def wire(world: World) -> list[tuple[str, int]]:
    """What was handed to the provider."""
    return [(message.intent_id, message.generation) for message in world.provider.sent]
