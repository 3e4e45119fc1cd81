"""An organization's numbers on fakes: created once, watched without asking too often, paused to the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.application.instances.registry import NewInstance
from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.connection import Cause, Connection, Observation
from chalicelib.domain.control import ControlStatus, Lease
from chalicelib.domain.errors import (
    IdempotencyKeyReused,
    InvalidInput,
    NotFound,
    ProviderUnavailable,
    TransitionRefused,
)
from chalicelib.domain.instance import InstancePurpose, Lifecycle
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.presets import MODERATE
from chalicelib.domain.status import Status
from chalicelib.domain.values import DAY, HOUR, SECOND, Reason
from tests.fakes.numbers import INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.world import World

ACTOR = "operator usr_1"
WANTED = NewInstance("Vendas", ProviderName.WHATSMEOW, InstancePurpose.MIXED)
API = "https://api.example.org/api"


def journal(world: World, instance_id: str = INSTANCE) -> list[str]:
    """What happened to a number, oldest first."""
    entries = world.states.journal(ORGANIZATION, instance_id, None, 100).entries
    return [str(entry.type) for entry in reversed(entries)]


def test_creating_twice_creates_once() -> None:
    """An operator who presses the button twice would have two numbers, one of them a ghost."""
    world = World()
    first = world.registry.create(ORGANIZATION, ACTOR, WANTED, "key-1")
    again = world.registry.create(ORGANIZATION, ACTOR, WANTED, "key-1")
    assert (first.replayed, again.replayed, again.instance) == (False, True, first.instance)
    with pytest.raises(IdempotencyKeyReused):
        world.registry.create(ORGANIZATION, ACTOR, replace(WANTED, name="Suporte"), "key-1")
    other = world.registry.create(ORGANIZATION, ACTOR, WANTED, None)
    assert other.instance.id != first.instance.id
    assert journal(world, first.instance.id) == ["created"]


def test_one_key_is_one_number_whatever_is_wanted_of_it() -> None:
    """Going back in the panel to correct the name would leave a second number behind."""
    world = World()
    first = world.registry.settle(ORGANIZATION, ACTOR, WANTED, "key-1")
    renamed = world.registry.settle(ORGANIZATION, ACTOR, replace(WANTED, name="Suporte", policy=MODERATE), "key-1")
    assert (renamed.id, renamed.name, renamed.policy) == (first.id, "Suporte", MODERATE)
    again = world.registry.settle(ORGANIZATION, ACTOR, WANTED, "key-1")
    assert (again.id, again.name, again.policy) == (first.id, "Vendas", None)
    assert world.registry.settle(ORGANIZATION, ACTOR, WANTED, "key-1") == again
    assert journal(world, first.id) == ["created", "changed", "policy_changed", "changed", "policy_changed"]


def test_another_organizations_number_is_unknown() -> None:
    """One company could pause, watch or read another's numbers."""
    world = World()
    for call in (
        lambda: world.states.one("org_2", INSTANCE),
        lambda: world.sessions.connection("org_2", INSTANCE),
        lambda: world.controls.pause("org_2", INSTANCE, ACTOR, "x", None),
        lambda: world.states.journal("org_2", INSTANCE, None, 10),
        lambda: world.states.one(ORGANIZATION, "ins_1#x"),
    ):
        with pytest.raises(NotFound):
            call()
    assert world.states.page("org_2", None, 10).states == ()


def test_readers_ask_a_provider_once_every_few_seconds() -> None:
    """A panel open on ten screens would flood the bridge, and the slowest number would slow every page."""
    world = World()
    world.clock.advance(3)
    for _ in range(5):
        world.sessions.connection(ORGANIZATION, INSTANCE)
    assert world.provider.asked == 1
    world.clock.advance(3)
    world.sessions.connection(ORGANIZATION, INSTANCE)
    assert world.provider.asked == 2
    world.states.page(ORGANIZATION, None, 10)
    world.states.one(ORGANIZATION, INSTANCE)
    assert world.provider.asked == 2


def test_while_somebody_asks_others_get_what_is_known() -> None:
    """Two browsers would wait for the same hung bridge one after the other."""
    world = World()
    world.clock.advance(10)
    now = world.clock.now()
    world.leases.take(LeaseKind.PROBE, INSTANCE, "another", Lease(now, now + 3 * SECOND, 1))
    instance, _ = world.sessions.connection(ORGANIZATION, INSTANCE)
    assert (instance.connection, world.provider.asked) == (Connection.CONNECTED, 0)


def test_nobody_asks_about_a_session_that_was_never_started() -> None:
    """Whoever opened the page to connect a new number would turn it into one that its provider refuses."""
    world = World()
    created = world.registry.create(ORGANIZATION, ACTOR, WANTED, None).instance
    world.provider.seen = Observation(Connection.ERROR, Cause.PROVIDER_REFUSED)
    world.clock.advance(10)
    assert world.sessions.connection(ORGANIZATION, created.id) == (created, None)
    assert world.provider.asked == 0


def test_connecting_shows_a_code_with_its_end() -> None:
    """An operator would scan a dead code, or none."""
    world = World()
    instance_id = world.registry.create(ORGANIZATION, ACTOR, WANTED, None).instance.id
    world.sessions.connect(ORGANIZATION, instance_id, ACTOR, API)
    assert world.provider.calls == ["register", "disconnect", "connect"]
    world.provider.seen = Observation(Connection.AWAITING_SCAN, code="data:image/png;base64,one")
    world.clock.advance(1)
    instance, code = world.sessions.connection(ORGANIZATION, instance_id)
    assert code is not None
    assert (instance.connection, code.picture) == (Connection.AWAITING_SCAN, "data:image/png;base64,one")
    assert code.expires_at == world.clock.now() + 60 * SECOND
    world.provider.seen = Observation(Connection.AWAITING_SCAN, code="data:image/png;base64,two")
    world.clock.advance(61)
    _, code = world.sessions.connection(ORGANIZATION, instance_id)
    assert code is not None
    assert code.expires_at == world.clock.now() + 20 * SECOND
    world.provider.seen = Observation(Connection.AWAITING_SCAN, code="data:image/png;base64,two")
    world.clock.advance(21)
    assert world.sessions.connection(ORGANIZATION, instance_id)[1] is None
    world.provider.seen = Observation(Connection.CONNECTED, phone="+5511987654321")
    world.clock.advance(3)
    instance, code = world.sessions.connection(ORGANIZATION, instance_id)
    assert (instance.lifecycle, instance.phone, code) == (Lifecycle.ACTIVE, "+5511987654321", None)
    assert journal(world, instance_id) == ["created", *["connection"] * 3]


def test_a_bridge_that_is_down_is_said_to_be_and_leaves_a_way_on() -> None:
    """The panel would say "connecting" for ever."""
    world = World()
    instance_id = world.registry.create(ORGANIZATION, ACTOR, WANTED, None).instance.id
    world.provider.down = True
    with pytest.raises(ProviderUnavailable):
        world.sessions.connect(ORGANIZATION, instance_id, ACTOR, API)
    state = world.states.one(ORGANIZATION, instance_id)
    assert (state.instance.connection, state.instance.cause) == (
        Connection.DISCONNECTED,
        Cause.PROVIDER_UNREACHABLE,
    )
    assert "connect" in state.actions
    with pytest.raises(ProviderUnavailable):
        world.sessions.logout(ORGANIZATION, INSTANCE, ACTOR)
    assert world.instance().connection is Connection.CONNECTED


def test_a_connected_number_is_not_connected_again() -> None:
    """A click on a stale page would throw a working session out."""
    world = World()
    with pytest.raises(TransitionRefused, match="Possible now"):
        world.sessions.connect(ORGANIZATION, INSTANCE, ACTOR, API)
    with pytest.raises(TransitionRefused, match="Connect the instance first"):
        world.sessions.pairing_code(ORGANIZATION, INSTANCE, "+5511987654321")
    assert world.provider.calls == []


def test_a_pause_is_complete_when_nothing_is_under_way() -> None:
    """The panel would say paused while a message still leaves."""
    world = World()
    now = world.clock.now()
    world.leases.take(LeaseKind.LANE, INSTANCE, "worker", Lease(now - SECOND, now + 30 * SECOND, 4))
    world.controls.pause(ORGANIZATION, INSTANCE, ACTOR, "review", None)
    control = world.states.one(ORGANIZATION, INSTANCE).control
    assert (control.status, control.in_flight) == (ControlStatus.PAUSING, 4)
    world.leases.release(LeaseKind.LANE, INSTANCE, "worker")
    assert world.states.one(ORGANIZATION, INSTANCE).control.status is ControlStatus.PAUSED
    later = world.clock.now() + 6 * SECOND
    world.leases.take(LeaseKind.LANE, INSTANCE, "later", Lease(later, later + 30 * SECOND, 1))
    assert world.states.one(ORGANIZATION, INSTANCE).control.status is ControlStatus.PAUSED
    world.controls.resume(ORGANIZATION, INSTANCE, ACTOR)
    assert world.states.one(ORGANIZATION, INSTANCE).control.status is ControlStatus.RUNNING
    assert journal(world) == ["paused", "resumed"]


def test_a_dead_workers_lease_does_not_hold_a_pause_up() -> None:
    """A number would be "pausing" for ever after a crash."""
    world = World()
    now = world.clock.now()
    world.leases.take(LeaseKind.LANE, INSTANCE, "dead", Lease(now, now + 30 * SECOND, 1))
    world.controls.pause(ORGANIZATION, INSTANCE, ACTOR, "review", None)
    world.clock.advance(31)
    assert world.states.one(ORGANIZATION, INSTANCE).control.status is ControlStatus.PAUSED


def test_what_waits_for_a_paused_number_leaves_when_its_pause_ends() -> None:
    """A pause for an hour would lose what was handed in, or last until somebody remembers."""
    world = World()
    world.controls.pause(ORGANIZATION, INSTANCE, ACTOR, "lunch", world.clock.now() + HOUR)
    intents = [world.submit() for _ in range(3)]
    assert {world.now(one).reason for one in intents} == {Reason.OPS_PAUSED}
    world.clock.advance(60)
    world.sweep()
    assert not world.queue.take()
    world.clock.advance(3_600)
    world.sweep()
    world.work()
    assert {world.now(one).status for one in intents} == {Status.SENT}


@pytest.mark.parametrize("until", [0, -SECOND, 91 * DAY])
def test_an_impossible_end_is_refused(until: int) -> None:
    """A typo in a date would stop a number for years."""
    world = World()
    for act in (world.controls.pause, world.controls.cool_down):
        with pytest.raises(InvalidInput, match="until"):
            act(ORGANIZATION, INSTANCE, ACTOR, "x", world.clock.now() + until)


def test_a_rest_ends_and_says_so() -> None:
    """Messages would wait for a number that rested long ago."""
    world = World()
    world.controls.cool_down(ORGANIZATION, INSTANCE, ACTOR, "tired", world.clock.now() + HOUR)
    intent = world.submit()
    assert world.now(intent).reason is Reason.COOLDOWN_ACTIVE
    world.clock.advance(3_601)
    world.sweep()
    assert world.instance().lifecycle is Lifecycle.ACTIVE
    assert journal(world) == ["cooldown_entered", "cooldown_left"]
    assert world.now(intent).status is Status.APPROVED


def test_a_number_nobody_looks_at_is_looked_at() -> None:
    """A session that died in silence would be "connected" until the next message fails."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    world.provider.seen = Observation(Connection.DISCONNECTED)
    world.clock.advance(121)
    world.sweep()
    assert {one.connection for one in world.organizations.known.values()} == {Connection.DISCONNECTED}
    world.provider.seen = Observation(Connection.CONNECTED)
    world.clock.advance(60)
    world.sweep()
    assert {one.connection for one in world.organizations.known.values()} == {Connection.CONNECTED}


def test_a_retired_number_is_unpaired_and_its_messages_end() -> None:
    """Its device would stay linked to the phone, and its messages would wait for it for ever."""
    world = World()
    world.controls.pause(ORGANIZATION, INSTANCE, ACTOR, "review", None)
    intent = world.submit()
    world.registry.retire(ORGANIZATION, INSTANCE, ACTOR)
    assert world.provider.calls == ["logout"]
    world.clock.advance(60)
    world.sweep()
    assert (world.now(intent).status, world.now(intent).reason) == (Status.BLOCKED, Reason.NO_ELIGIBLE_INSTANCE)


def test_retiring_works_without_the_bridge() -> None:
    """A number whose bridge is gone for good could never be taken out of use."""
    world = World()
    world.provider.down = True
    assert world.registry.retire(ORGANIZATION, INSTANCE, ACTOR).lifecycle is Lifecycle.RETIRED


def test_a_lost_race_is_run_again() -> None:
    """A probe that was under way would lift the pause that an operator has just set."""
    world = World()
    put = world.organizations.put_instance
    interruptions = [lambda: world.controls.pause(ORGANIZATION, INSTANCE, ACTOR, "now", None)]

    def interrupted(instance):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - a hook
        if interruptions:
            interruptions.pop()()
        return put(instance)

    world.organizations.put_instance = interrupted  # type: ignore[method-assign]
    world.clock.advance(10)
    world.sessions.connection(ORGANIZATION, INSTANCE)
    assert world.instance().paused is not None
    assert world.instance().seen_at == world.clock.now()
