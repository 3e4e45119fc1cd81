"""The directory: who may do what with which numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.application.ports.directory import ApiKey
from chalicelib.domain.connection import Connection
from chalicelib.domain.pause import Pause
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from tests.contract.conftest import Store

PAUSE = Pause("operator usr_1", 'campanha "em revisão"', NOON)


def the_instance(store: Store) -> Instance:
    """The number as stored now."""
    return store.views.load(samples.ORGANIZATION).instances[samples.INSTANCE]


def test_a_pause_of_the_organization_is_kept_and_lifted(store: Store) -> None:
    """Somebody stops all sending, and sending goes on; or it never resumes."""
    for version, paused in enumerate((PAUSE, None)):
        organization = replace(samples.organization(), paused=paused, version=version)
        assert store.directory.put_organization(organization)
        assert store.views.load(samples.ORGANIZATION).organization == replace(organization, version=version + 1)


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
