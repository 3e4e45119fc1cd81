"""The directory: who may do what with which numbers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.ports.directory import ApiKey, Member, Membership
from chalicelib.domain.connection import Connection
from chalicelib.domain.figures import figures_in, figures_of
from chalicelib.domain.instance import JournalType
from chalicelib.domain.pause import Pause
from chalicelib.domain.presets import CONSERVATIVE, MODERATE
from chalicelib.domain.role import Role
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from tests.contract.conftest import Store

PAUSE = Pause("operator usr_1", 'campanha "em revisão"', NOON)
ANA = Member(samples.an_id("usr"), samples.ORGANIZATION, "ana@example.com", Role.ADMIN, "subject-1")
VERA = Member(samples.an_id("usr", 2), samples.ORGANIZATION, "vera@example.com", Role.VIEWER, "subject-2")


def the_instance(store: Store) -> Instance:
    """The number as stored now."""
    return store.views.load(samples.ORGANIZATION).instances[samples.INSTANCE]


def test_a_pause_of_the_organization_is_kept_and_lifted(store: Store) -> None:
    """Somebody stops all sending, and sending goes on; or it never resumes."""
    for version, paused in enumerate((PAUSE, None)):
        organization = replace(samples.organization(), paused=paused, version=version)
        assert store.directory.put_organization(organization)
        assert store.views.load(samples.ORGANIZATION).organization == replace(organization, version=version + 1)


def test_what_changed_in_an_organization_is_kept(store: Store) -> None:
    """Nobody could say who raised the limit on Friday, and what it was before; or one of two changes would be lost."""
    store.directory.put_organization(samples.organization())
    now = samples.organization().stored()
    for number, policy in enumerate((MODERATE, CONSERVATIVE), start=1):
        changed = now.with_policy(policy, f"operator usr_{number}", NOON)
        assert store.directory.put_organization(changed)
        assert not store.directory.put_organization(changed)
        now = changed.stored()
    assert store.directory.organization(samples.ORGANIZATION) == now
    assert (now.policy_version, now.policy, now.news) == (3, CONSERVATIVE, ())
    newest = store.directory.organization_journal(samples.ORGANIZATION, None, 1)
    assert [entry.actor for entry in newest.entries] == ["operator usr_2"]
    older = store.directory.organization_journal(samples.ORGANIZATION, newest.after, 5)
    [entry] = older.entries
    assert (older.after, entry.at, entry.actor) == (None, NOON, "operator usr_1")
    assert (entry.type, entry.data["version"]) == (JournalType.POLICY_CHANGED, 2)
    assert [figures_in(entry.data[one]) for one in ("old", "new")] == [figures_of(CONSERVATIVE), figures_of(MODERATE)]
    assert store.directory.organization_journal(samples.ANOTHER_ORGANIZATION, None, 5).entries == ()


def test_an_organizations_journal_is_read_by_kind(store: Store) -> None:
    """The policy's history would be full of pauses, or end at the first page that has nothing else."""
    store.directory.put_organization(samples.organization())
    now = samples.organization().stored()
    repaced = {0: MODERATE, 3: CONSERVATIVE}
    for number in range(6):
        at = NOON + 10 * number
        paused = now.stopped(Pause(f"operator usr_{number}", "review", at))
        changed = paused.with_policy(repaced.get(number, now.policy), "operator usr_8", at + 1)
        resumed = changed.resumed("operator usr_9", at + 2)
        assert store.directory.put_organization(resumed)
        now = resumed.stored()
    everything = store.directory.organization_journal(samples.ORGANIZATION, None, 100)
    assert (len(everything.entries), everything.after) == (14, None)
    assert [one.type for one in everything.entries[:2]] == [JournalType.RESUMED, JournalType.PAUSED]
    read = partial(store.directory.organization_journal, samples.ORGANIZATION, kind=JournalType.POLICY_CHANGED)
    first = read(None, 1)
    second = read(first.after, 1)
    assert [one.at - NOON for page in (first, second) for one in page.entries] == [31, 1]
    assert (first.after is None, second.after) == (False, None)
    assert read(None, 2).after is None
    assert [one.actor for one in everything.entries if one.type is JournalType.PAUSED] == [
        f"operator usr_{number}" for number in range(5, -1, -1)
    ]


def test_an_instance_is_stored_on_the_version_it_was_derived_from(store: Store) -> None:
    """A number that logged out would still be taken for connected."""
    store.directory.put_organization(samples.organization())
    assert store.directory.put_instance(samples.instance())
    changed = replace(the_instance(store), connection=Connection.LOGGED_OUT, paused=PAUSE)
    assert store.directory.put_instance(changed)
    assert the_instance(store) == replace(changed, version=2)


def test_a_stale_instance_is_refused_and_writes_nothing(store: Store) -> None:
    """A probe that was under way would lift the pause that an operator has just set."""
    store.directory.put_organization(samples.organization())
    store.directory.put_instance(samples.instance())
    stale = the_instance(store)
    assert store.directory.put_instance(replace(stale, paused=PAUSE))
    assert not store.directory.put_instance(replace(stale, connection=Connection.ERROR))
    assert not store.directory.put_instance(samples.instance())
    assert the_instance(store) == replace(stale, paused=PAUSE, version=2)


def test_a_key_is_found_by_its_hash(store: Store) -> None:
    """A customer's integration would be locked out."""
    key = ApiKey(samples.an_id("key"), samples.ORGANIZATION, "loja", "a" * 64)
    other = ApiKey(samples.an_id("key", 2), samples.ANOTHER_ORGANIZATION, "loja", "b" * 64)
    store.directory.put_key(key)
    store.directory.put_key(other)
    assert store.directory.key("a" * 64) == key
    assert store.directory.key("b" * 64) == other


def test_an_unknown_key_is_nobody(store: Store) -> None:
    """Anybody could send in somebody's name, or a wrong key would be a server error."""
    assert store.directory.key("c" * 64) is None


def test_who_signs_in_is_found_with_their_organization(store: Store) -> None:
    """People with the right password could not enter, or would enter with somebody else's rights."""
    store.directory.put_organization(samples.organization())
    for member in (ANA, VERA):
        store.directory.put_member(member)
    found = store.directory.login("subject-2")
    assert found == (samples.ORGANIZATION, VERA.id)
    membership = store.directory.membership(*found)
    assert membership == Membership(replace(samples.organization(), version=1), VERA)


def test_a_changed_role_holds_from_the_next_page_on(store: Store) -> None:
    """Somebody whose rights were taken away would keep them until they sign out."""
    store.directory.put_organization(samples.organization())
    store.directory.put_member(ANA)
    store.directory.put_member(replace(ANA, role=Role.VIEWER))
    membership = store.directory.membership(ANA.organization_id, ANA.id)
    assert membership
    assert membership.member.role is Role.VIEWER


@pytest.mark.parametrize("subject", ["", "subject-3"])
def test_an_unknown_subject_belongs_nowhere(store: Store, subject: str) -> None:
    """Anybody with some account of the user pool would be let in to an organization."""
    store.directory.put_member(replace(ANA, subject=""))
    store.directory.put_member(VERA)
    assert store.directory.login(subject) is None


def test_a_member_of_another_organization_is_no_member(store: Store) -> None:
    """A session of one organization would open another."""
    for name in (samples.ORGANIZATION, samples.ANOTHER_ORGANIZATION):
        store.directory.put_organization(samples.organization(name))
    store.directory.put_member(ANA)
    assert store.directory.membership(samples.ANOTHER_ORGANIZATION, ANA.id) is None
    assert store.directory.membership(samples.ORGANIZATION, VERA.id) is None


def test_a_member_of_nothing_is_no_member(store: Store) -> None:
    """A page would be a server error while an organization is made."""
    store.directory.put_member(ANA)
    assert store.directory.membership(samples.ORGANIZATION, ANA.id) is None


def test_those_who_acted_are_named(store: Store) -> None:
    """A journal would say usr_01J… where it should say who paused the number."""
    key = ApiKey(samples.an_id("key"), samples.ORGANIZATION, "loja", "a" * 64)
    foreign = ApiKey(samples.an_id("key", 2), samples.ANOTHER_ORGANIZATION, "other", "b" * 64)
    for one in (key, foreign):
        store.directory.put_key(one)
    store.directory.put_member(ANA)
    asked = [key.id, ANA.id, key.id, VERA.id, foreign.id, "seed", ""]
    names = store.directory.actor_names(samples.ORGANIZATION, asked)
    assert names == {key.id: "loja", ANA.id: "ana@example.com"}
    assert store.directory.actor_names(samples.ORGANIZATION, []) == {}
