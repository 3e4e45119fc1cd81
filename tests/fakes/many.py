"""Many messages handed in at once, and processes that die or meet another one on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.values import Target, TargetKind
from tests.fakes.numbers import ORGANIZATION
from tests.fakes.world import draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.intake import AcceptedBatch, Draft
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.status import Status
    from tests.fakes.world import World

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


def meanwhile(world: World, act: Callable[[], object]) -> None:
    """Let somebody else act after the next request was looked at and before it is stored."""
    create, waiting = world.intents.create, [act]

    def late(intent: Intent) -> Intent | None:
        if waiting:
            waiting.pop()()
        return create(intent)

    world.intents.create = late  # type: ignore[method-assign]
