"""A number's own pacing and the journal of what was seen, on fakes: from the registry to the wire."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from chalicelib.application.instances.registry import Changes, NewInstance
from chalicelib.domain.errors import IdempotencyKeyReused, NotFound, TransitionRefused
from chalicelib.domain.instance import InstancePurpose, JournalType
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.policy import Policy
from chalicelib.domain.presets import CONSERVATIVE, MODERATE
from chalicelib.domain.timeline import EventType
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.world import World, draft

ACTOR = "operator usr_1"
PACED = Policy(per_minute=100, per_hour=1_000, per_day=10_000, min_interval=3_000, max_interval=3_000, typing=2_000)
WANTED = NewInstance("Vendas", ProviderName.WHATSMEOW, InstancePurpose.MIXED)


@pytest.mark.parametrize(("organizations", "own"), [(FAST, PACED), (PACED, FAST)])
def test_each_number_is_paced_by_its_own_policy_on_the_whole_way(organizations: Policy, own: Policy) -> None:
    """A new number would be sent from as fast as the old ones beside it, and be banned in its first week."""
    world = World(policy=organizations, instances=(INSTANCE, SECOND_INSTANCE))
    world.registry.set_policy(ORGANIZATION, INSTANCE, ACTOR, own)
    slow, fast = (INSTANCE, SECOND_INSTANCE) if own is PACED else (SECOND_INSTANCE, INSTANCE)
    ids = {name: [world.submit(draft(str(one), instance_id=name)).id for one in range(2)] for name in (slow, fast)}
    started = world.clock.now()
    slots = {name: [world.intents.stored[one].not_before - started for one in ids[name]] for name in (slow, fast)}
    assert slots == {slow: [0, 3_000], fast: [0, 0]}
    assert sorted(delay for _, delay in world.queue.published) == [0, 0, 0, 3_000 - PACED.typing]
    world.work()
    assert [message.intent_id for message in world.provider.typed] == ids[slow][1:]
    assert world.clock.now() == started + 3_000


def test_a_wait_too_short_to_show_typing_is_waited_all_the_same() -> None:
    """A number that shows "typing" would send up to a second before the slot, closer together than its pace allows."""
    world = World(policy=replace(PACED, min_interval=500, max_interval=500))
    intents = [world.submit(draft(str(number))) for number in range(3)]
    world.work()
    assert not world.provider.typed
    assert [world.now(one).claimed_at - one.not_before for one in intents] == [0, 0, 0]


def test_a_decision_shows_the_limits_that_were_compared() -> None:
    """An operator would look for the limit that holds a message back in the wrong settings."""
    world = World()
    world.registry.set_policy(ORGANIZATION, INSTANCE, ACTOR, CONSERVATIVE)
    [[_, _, numbers]] = world.submit().timeline[-1].data["trace"]
    assert numbers["minute"] == f"0/{CONSERVATIVE.per_minute}"


def test_pacing_chosen_at_creation_is_part_of_what_was_asked_for() -> None:
    """A repeated click with another pace would be answered with a number that has the first one."""
    world = World()
    paced = replace(WANTED, policy=CONSERVATIVE)
    created = world.registry.create(ORGANIZATION, ACTOR, paced, "key-1").instance
    assert world.states.of(created).policy == CONSERVATIVE
    assert world.registry.create(ORGANIZATION, ACTOR, paced, "key-1").replayed
    for other in (WANTED, replace(WANTED, policy=MODERATE)):
        with pytest.raises(IdempotencyKeyReused):
            world.registry.create(ORGANIZATION, ACTOR, other, "key-1")


def test_a_request_without_pacing_keeps_the_fingerprint_it_always_had() -> None:
    """After a deployment every repeated request would be refused as another one."""
    assert WANTED.fingerprint == "576ef3ce730f503e"


def test_pacing_changes_with_the_rest_or_not_at_all() -> None:
    """Half of a saved form would be lost when the number was retired meanwhile, without a word."""
    world = World()
    slower = Changes(name="Suporte", policy=CONSERVATIVE)
    instance = world.registry.change(ORGANIZATION, INSTANCE, ACTOR, slower)
    assert (instance.name, instance.policy) == ("Suporte", CONSERVATIVE)
    kept = world.registry.change(ORGANIZATION, INSTANCE, ACTOR, Changes(name="Vendas"))
    assert kept.policy == CONSERVATIVE
    back = world.registry.set_policy(ORGANIZATION, INSTANCE, ACTOR, None)
    assert (back.policy, world.states.of(back).policy) == (None, FAST)
    kinds = [entry.type for entry in world.states.journal(ORGANIZATION, INSTANCE, None, 10).entries]
    changes = [JournalType.CHANGED, JournalType.POLICY_CHANGED]
    assert kinds == [JournalType.POLICY_CHANGED, JournalType.CHANGED, *reversed(changes)]
    world.registry.retire(ORGANIZATION, INSTANCE, ACTOR)
    with pytest.raises(TransitionRefused):
        world.registry.set_policy(ORGANIZATION, INSTANCE, ACTOR, MODERATE)


@pytest.mark.parametrize(("intent_id", "told"), [(None, {}), ("int_1", {"intent_id": "int_1"})])
def test_who_saw_a_phone_is_written_down(intent_id: str | None, told: dict[str, str]) -> None:
    """Nobody could say which employee looked a customer's number up, not even of a number that is retired."""
    world = World()
    world.registry.retire(ORGANIZATION, INSTANCE, ACTOR)
    world.registry.record_phone_reveal(ORGANIZATION, INSTANCE, ACTOR, intent_id)
    latest = world.states.journal(ORGANIZATION, INSTANCE, None, 1).entries[0]
    assert (latest.type, latest.actor, latest.data) == (JournalType.PHONE_REVEALED, ACTOR, told)
    with pytest.raises(NotFound):
        world.registry.record_phone_reveal("org_2", INSTANCE, ACTOR)


def test_late_batches_keep_the_pace_between_them() -> None:
    """After an outage one worker's last message and the next worker's first would leave in the same second."""
    world = World(policy=PACED)
    ids = [world.submit(draft(str(number))).id for number in range(6)]
    orders = world.queue.take()
    world.clock.advance(60)
    for start in (0, 2, 4):
        world.work(orders[start : start + 2])
    sent = sorted(
        event.at for name in ids for event in world.intents.stored[name].timeline if event.type is EventType.SENT
    )
    assert len(sent) == len(ids)
    assert min(later - earlier for earlier, later in pairwise(sent)) >= PACED.min_interval
