"""The engine asks before each call whether the number and everybody else still want it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.alarm import Alarm
from chalicelib.domain.connection import Connection
from chalicelib.domain.contact import Alias, AliasKind
from chalicelib.domain.instance import Lifecycle
from chalicelib.domain.pause import Pause
from chalicelib.domain.preference import OptOut, Preference
from chalicelib.domain.status import Status
from chalicelib.domain.values import Reason
from tests.fakes.numbers import INSTANCE, ORGANIZATION
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.outcome import Sent
    from chalicelib.domain.view import View

PAUSE = Pause("operator usr_1", "review", 0)


def pause_organization(world: World) -> None:
    """An operator pauses everything."""
    organization = world.organizations.organizations[ORGANIZATION]
    world.organizations.put_organization(replace(organization, paused=PAUSE))


def test_a_pause_between_decision_and_send_stops_the_send() -> None:
    """Pause means now: an approval already on the queue must not leave, and must not be lost."""
    world = World()
    intent = world.submit()
    pause_organization(world)
    world.work()
    world.sweep()
    waiting = world.now(intent)
    assert not world.provider.sent
    assert (waiting.status, waiting.reason, waiting.attempts) == (Status.QUEUED, Reason.OPS_PAUSED, 0)
    assert waiting.alarm == Alarm(parked_on=ORGANIZATION)


def test_a_banned_number_sends_nothing() -> None:
    """A number banned after the decision must not be used once more, and what it should have sent must say why."""
    world = World()
    intent = world.submit()
    banned = replace(world.organizations.known[INSTANCE], lifecycle=Lifecycle.BANNED)
    world.organizations.put_instance(banned)
    world.work()
    world.sweep()
    assert not world.provider.sent
    assert (world.now(intent).status, world.now(intent).reason) == (Status.BLOCKED, Reason.INSTANCE_BANNED)


def test_control_is_read_again_when_sends_take_long() -> None:
    """A pause written while slow sends are running must stop the next one within a second."""
    world = World()
    intents = [world.submit(draft(str(number))) for number in range(3)]
    send = world.provider.send

    def slow(*arguments: object) -> Sent:
        pause_organization(world)
        world.clock.advance(2)
        return send(*arguments)  # type: ignore[arg-type, return-value]

    world.provider.send = slow  # type: ignore[method-assign, assignment]
    world.work()
    assert len(world.provider.sent) == 1
    assert [world.now(intent).status for intent in intents] == [Status.SENT, Status.QUEUED, Status.QUEUED]


@pytest.mark.parametrize(("takes", "sends"), [(0.9, 1), (2, 0)])
def test_a_pause_stops_what_was_read_too_slowly(takes: float, sends: int) -> None:
    """While the table answers slowly, messages would leave seconds after somebody stopped everything."""
    world = World()
    intent = world.submit()
    load = world.organizations.load

    def slow(organization_id: str) -> View:
        seen = load(organization_id)
        world.clock.advance(takes)
        return seen

    world.organizations.load = slow  # type: ignore[method-assign]
    result = world.work()
    assert len(world.provider.sent) == sends
    if not sends:
        assert (world.now(intent).status, world.now(intent).attempts) == (Status.APPROVED, 0)
        assert result.failed
        world.organizations.load = load  # type: ignore[method-assign]
        world.work([order for order, _ in world.queue.postponed])
        assert world.now(intent).status is Status.SENT


def test_an_opt_out_stops_what_control_was_read_too_slowly_for() -> None:
    """While the table answers slowly, a message would leave seconds after its recipient had opted out."""
    world = World()
    intent = world.submit()
    save, load, takes = world.intents.save, world.organizations.load, [0.5, 1.5]

    def slow_claim(intent: Intent, based_on: int) -> None:
        save(intent, based_on)
        world.clock.advance(2 if intent.status is Status.SENDING else 0)

    def slow(organization_id: str) -> View:
        if world.now(intent).status is Status.SENDING and takes:
            wish = Preference(OptOut.ALL, world.clock.now(), "operator usr_1", "by phone")
            world.book.prefer(ORGANIZATION, Alias(AliasKind.PHONE, intent.request.target.value), wish)
            world.clock.advance(takes.pop())
        return load(organization_id)

    world.intents.save = slow_claim  # type: ignore[method-assign]
    world.organizations.load = slow  # type: ignore[method-assign]
    world.work()
    world.sweep()
    assert not world.provider.sent
    assert (world.now(intent).status, world.now(intent).reason) == (Status.BLOCKED, Reason.OPTED_OUT)


def test_a_table_that_takes_over_half_a_second_stops_nobody() -> None:
    """Slow hours of the table would be hours without a message: what is read first is too old when all is read."""
    world = World()
    intent = world.submit()

    def slow(run: Callable[..., object], *arguments: object) -> object:
        world.clock.advance(0.6)
        return run(*arguments)

    for store, name in ((world.intents, "save"), (world.organizations, "load"), (world.book.contacts, "get_many")):
        setattr(store, name, partial(slow, getattr(store, name)))
    assert world.work().failed == ()
    assert world.now(intent).status is Status.SENT


def test_a_number_known_to_be_gone_is_not_asked() -> None:
    """Approvals on the queue must not knock on a dead number one after the other."""
    world = World()
    intent = world.submit()
    world.change_instance(Connection.DISCONNECTED)
    world.work()
    assert not world.provider.sent
    assert world.now(intent).reason == Reason.INSTANCE_DISCONNECTED
