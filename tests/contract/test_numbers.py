"""Numbers in the directory: stored with their journal or not at all, listed in pages, looked at when due."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.ports.codes import Code
from chalicelib.domain.circuit import Circuit
from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.cooldown import Cooldown, Rested
from chalicelib.domain.instance import Instance, JournalEntry, JournalType, Lifecycle
from chalicelib.domain.pause import Pause
from chalicelib.domain.policy import OnUnconfirmed
from chalicelib.domain.presets import MODERATE
from chalicelib.domain.reachout import Lock, Reachout, Refused
from chalicelib.domain.session import next_look
from chalicelib.domain.signals import Sample, Signals
from chalicelib.domain.values import HOUR, MINUTE
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.contract.conftest import Store

ACTOR = "operator usr_1"


def full_instance() -> Instance:
    """A number with everything set."""
    return replace(
        samples.instance(),
        lifecycle=Lifecycle.COOLDOWN,
        connection=Connection.LOGGED_OUT,
        cause=Cause.LOGGED_OUT_ON_PHONE,
        phone="+5511987654321",
        failed_scans=2,
        last_good_send_at=NOON - 5,
        last_good_of=NOON - HOUR,
        circuit=Circuit(7, NOON - MINUTE),
        warmup_at=NOON - HOUR,
        cooldown=Cooldown(NOON, NOON + HOUR, "HEALTH_DELIVERED", "1800000000001", 5),
        rested=Rested(NOON - HOUR, 4, ramping=False),
        signals=Signals((NOON - 1, NOON), (NOON - 3,), (NOON - 2, NOON), (NOON,), Sample(50, 49, NOON, NOON - HOUR)),
        reachout=Reachout(Lock(NOON, NOON + HOUR, 3, True, "int_1", NOON), Refused("con_1", NOON), NOON),  # noqa: FBT003
        paused=Pause(ACTOR, 'revisão "geral"', NOON, NOON + HOUR),
        policy=replace(MODERATE, on_unconfirmed=OnUnconfirmed.RESEND),
        fingerprint="0123456789abcdef",
    )


def looked_for(store: Store, now: int) -> list[tuple[str, str]]:
    """What is due to be asked for, of all shards."""
    return sorted(name for shard in range(store.alarms.shards) for name in store.alarms.looks(shard, now, 50))


@pytest.mark.parametrize("instance", [samples.instance(), full_instance()], ids=["plain", "full"])
def test_a_number_comes_back_as_it_was(store: Store, instance: Instance) -> None:
    """A pause, a ban or a rest would be forgotten at the next restart."""
    assert store.directory.put_instance(instance)
    known = store.directory.instance(samples.ORGANIZATION, instance.id)
    assert known == replace(instance, version=1)
    assert store.directory.instance(samples.ANOTHER_ORGANIZATION, instance.id) is None


def test_a_change_and_its_journal_are_written_together(store: Store) -> None:
    """Somebody pauses a number and nobody can say who; or the journal tells what never happened."""
    instance = samples.instance().noting(JournalType.CREATED, NOON, ACTOR, name="Vendas")
    assert store.directory.put_instance(instance)
    stored = instance.stored()
    changed = stored.noting(JournalType.PAUSED, NOON + 1, ACTOR, reason="x")
    changed = changed.noting(JournalType.RESUMED, NOON + 1, ACTOR)
    assert store.directory.put_instance(changed)
    refused = replace(stored, name="never").noting(JournalType.RETIRED, NOON + 2, ACTOR)
    assert not store.directory.put_instance(refused)
    entries = store.directory.journal(instance.id, None, 10).entries
    assert [entry.type for entry in entries] == [JournalType.RESUMED, JournalType.PAUSED, JournalType.CREATED]
    assert entries[-1] == JournalEntry(NOON, JournalType.CREATED, ACTOR, {"name": "Vendas"})


def test_a_journal_is_read_page_by_page(store: Store) -> None:
    """What happened a year ago could not be found, or something would be shown twice."""
    instance = samples.instance()
    for number in range(5):
        instance = instance.noting(JournalType.CHANGED, NOON + number, ACTOR, number=number)
        assert store.directory.put_instance(instance)
        instance = instance.stored()
    seen: list[int] = []
    after: str | None = None
    while True:
        page = store.directory.journal(instance.id, after, 2)
        seen.extend(entry.data["number"] for entry in page.entries)
        after = page.after
        if after is None:
            break
    assert seen == [4, 3, 2, 1, 0]


def test_a_number_without_news_has_no_journal(store: Store) -> None:
    """A number that nothing ever happened to could not be shown, and an id that nobody has would be an error."""
    store.directory.put_instance(samples.instance())
    for name in (samples.INSTANCE, samples.an_id("ins", 2)):
        page = store.directory.journal(name, None, 10)
        assert (page.entries, page.after) == ((), None)


def test_numbers_are_listed_page_by_page(store: Store) -> None:
    """A number would be missing from the panel, or stand there twice."""
    names = [samples.an_id("ins", number) for number in range(5)]
    for name in reversed(names):
        store.directory.put_instance(samples.instance(name))
    store.directory.put_instance(samples.instance(samples.an_id("ins", 9), samples.ANOTHER_ORGANIZATION))
    seen: list[str] = []
    after: str | None = None
    while True:
        page = store.directory.instances(samples.ORGANIZATION, after, 2)
        seen.extend(one.id for one in page.instances)
        after = page.after
        if after is None:
            break
    assert seen == names
    assert store.directory.instances(samples.ORGANIZATION, None, 5).after is None


def test_an_organization_is_stored_on_the_version_it_was_derived_from(store: Store) -> None:
    """Two operators change settings at once, and one change is lost without a word."""
    organization = replace(samples.organization(), opt_out_words=("CHEGA",), opt_in_words=())
    assert store.directory.put_organization(organization)
    assert not store.directory.put_organization(organization)
    assert store.directory.organization(organization.id) == replace(organization, version=1)
    assert store.directory.organization(samples.ANOTHER_ORGANIZATION) is None


def test_a_session_is_looked_for_when_it_is_due(store: Store) -> None:
    """A number that died in silence would be shown as connected for ever."""
    instance = samples.instance()
    store.directory.put_instance(instance)
    due = next_look(instance)
    assert due is not None
    name = (samples.ORGANIZATION, instance.id)
    assert looked_for(store, due - 1) == []
    assert looked_for(store, due) == [name]
    seen = replace(instance, version=1, seen_at=due)
    store.directory.put_instance(seen)
    assert looked_for(store, due + MINUTE) == []
    retired = replace(seen, version=2, lifecycle=Lifecycle.RETIRED)
    store.directory.put_instance(retired)
    assert looked_for(store, due + HOUR) == []


def test_the_longest_due_is_looked_for_first(store: Store) -> None:
    """With more numbers than one look can take, some would never be asked about."""
    for number in range(12):
        name = samples.an_id("ins", number)
        store.directory.put_instance(replace(samples.instance(name), seen_at=NOON - number))
    for shard in range(store.alarms.shards):
        found = [name for _, name in store.alarms.looks(shard, NOON + HOUR, 50)]
        assert found == sorted(found, reverse=True)
        assert [name for _, name in store.alarms.looks(shard, NOON + HOUR, 1)] == found[:1]


def test_the_latest_code_is_kept(store: Store) -> None:
    """An operator would scan the code before."""
    assert store.codes.get(samples.INSTANCE) is None
    for number in (1, 2):
        store.codes.put(samples.INSTANCE, Code(f"data:image/png;base64,{number}", NOON + number, number))
    assert store.codes.get(samples.INSTANCE) == Code("data:image/png;base64,2", NOON + 2, 2)
    assert store.codes.get(samples.an_id("ins", 2)) is None
