"""People who do something about messages, also while somebody else is faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.application.interventions import By, Interventions
from tests.fakes.fan_out import sequential

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.intent import Intent
    from tests.fakes.world import World

ACTOR = "operator usr_1"
BY = By(ACTOR, "asked by phone")


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
