"""The Gate's view and its reservations: a limit holds only if both are exact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.dynamodb.usage_packing import pack_usage, unpack_usage
from chalicelib.application.ports.directory import ApiKey, Member
from chalicelib.domain.errors import NotFound
from chalicelib.domain.groups import NEVER_ASKED, KnownGroups
from chalicelib.domain.role import Role
from chalicelib.domain.usage import Usage
from chalicelib.domain.values import DAY
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.contract.conftest import Store


def reserved(slots: int = 3) -> Usage:
    """A usage with some slots taken, three seconds apart."""
    usage = Usage(samples.INSTANCE)
    for number in range(slots):
        usage = usage.reserve(NOON + 3_000 * number, 2_500)
    return usage


def test_an_unknown_organization_has_no_view(store: Store) -> None:
    """A deleted customer's key would still reach somebody's numbers."""
    with pytest.raises(NotFound):
        store.views.load(samples.ORGANIZATION)


def test_a_view_has_the_organization_its_numbers_and_what_they_reserved(store: Store) -> None:
    """The Gate would decide without knowing a number, or what that number already sent."""
    store.directory.put_organization(samples.organization())
    store.directory.put_instance(samples.instance())
    store.directory.put_instance(samples.instance(samples.an_id("ins", 2)))
    assert store.views.save_usage(samples.ORGANIZATION, reserved())
    view = store.views.load(samples.ORGANIZATION)
    assert view.organization == replace(samples.organization(), version=1)
    assert view.instances[samples.INSTANCE] == replace(samples.instance(), version=1)
    assert set(view.instances) == {samples.INSTANCE, samples.an_id("ins", 2)}
    assert view.usage(samples.INSTANCE) == replace(reserved(), version=1)
    assert view.usage(samples.an_id("ins", 2)) == Usage(samples.an_id("ins", 2))


def test_a_view_has_what_counts_against_the_plan(store: Store) -> None:
    """Every second message under a plan would stay undecided, and the plan itself would limit nothing."""
    store.directory.put_organization(samples.organization())
    of_all = replace(reserved(), instance_id=samples.ORGANIZATION)
    assert store.views.save_usage(samples.ORGANIZATION, of_all)
    assert store.views.load(samples.ORGANIZATION).usage(samples.ORGANIZATION) == replace(of_all, version=1)
    assert store.views.usage(samples.ORGANIZATION, samples.ORGANIZATION) == replace(of_all, version=1)


def test_a_view_has_the_groups_that_its_numbers_are_in(store: Store) -> None:
    """A message to a group would leave from a number that is not in it."""
    another = samples.an_id("ins", 2)
    store.directory.put_organization(samples.organization())
    for name in (samples.INSTANCE, another):
        store.directory.put_instance(samples.instance(name))
    known = KnownGroups.of([f"12036304123456789{number}@g.us" for number in range(3)], NOON)
    store.views.save_groups(samples.ORGANIZATION, samples.INSTANCE, KnownGroups(asked_at=1))
    store.views.save_groups(samples.ORGANIZATION, samples.INSTANCE, known)
    store.views.save_groups(samples.ORGANIZATION, another, KnownGroups(asked_at=NOON))
    view = store.views.load(samples.ORGANIZATION)
    assert view.groups == {samples.INSTANCE: known, another: KnownGroups(asked_at=NOON)}
    assert (view.groups_of("ins_3"), dict(view.usages)) == (NEVER_ASKED, {})


def test_a_view_has_nothing_of_another_organization(store: Store) -> None:
    """Messages would leave through a competitor's number."""
    for name, number in ((samples.ORGANIZATION, 1), (samples.ANOTHER_ORGANIZATION, 2)):
        store.directory.put_organization(samples.organization(name))
        store.directory.put_instance(samples.instance(samples.an_id("ins", number), name))
    assert set(store.views.load(samples.ORGANIZATION).instances) == {samples.INSTANCE}


def test_keys_and_members_are_not_in_the_view(store: Store) -> None:
    """An organization with many keys would slow every decision down, or break it."""
    store.directory.put_organization(samples.organization())
    store.directory.put_key(ApiKey(samples.an_id("key"), samples.ORGANIZATION, "loja", "d" * 64))
    store.directory.put_member(Member(samples.an_id("usr"), samples.ORGANIZATION, "ana@example.org", Role.ADMIN))
    view = store.views.load(samples.ORGANIZATION)
    assert (dict(view.instances), dict(view.usages)) == ({}, {})


def test_an_unused_number_has_an_empty_usage(store: Store) -> None:
    """The first message of a new number could not be decided."""
    assert store.views.usage(samples.ORGANIZATION, samples.INSTANCE) == Usage(samples.INSTANCE)


def test_a_usage_is_stored_on_the_version_it_was_derived_from(store: Store) -> None:
    """A second reservation would be refused although nobody was in its way."""
    assert store.views.save_usage(samples.ORGANIZATION, reserved())
    first = store.views.usage(samples.ORGANIZATION, samples.INSTANCE)
    assert first == replace(reserved(), version=1)
    assert store.views.save_usage(samples.ORGANIZATION, first.reserve(NOON + 60_000, 2_500))
    assert store.views.usage(samples.ORGANIZATION, samples.INSTANCE).everything.minute.used(NOON + 60_000) == 4


@pytest.mark.parametrize("stored", [1, 2])
def test_a_stale_reservation_is_refused_and_writes_nothing(store: Store, stored: int) -> None:
    """Two decisions at once would both take the last slot and the number would exceed its limit."""
    stale = Usage(samples.INSTANCE)
    for _ in range(stored):
        stale = store.views.usage(samples.ORGANIZATION, samples.INSTANCE)
        store.views.save_usage(samples.ORGANIZATION, stale.reserve(NOON, 2_500))
    before = store.views.usage(samples.ORGANIZATION, samples.INSTANCE)
    assert not store.views.save_usage(samples.ORGANIZATION, stale.reserve(NOON + 9_000, 2_500))
    assert store.views.usage(samples.ORGANIZATION, samples.INSTANCE) == before


@given(st.lists(st.integers(0, 2 * DAY), max_size=80), st.integers(0, 10_000))
def test_a_packed_usage_is_the_usage(gaps: list[int], version: int) -> None:
    """A count lost in packing would let a number send more than its limit."""
    usage, at = Usage(samples.INSTANCE), NOON
    for gap in gaps:
        at += gap
        usage = usage.reserve(at, 2_500)
    assert unpack_usage(samples.INSTANCE, version, pack_usage(usage)) == replace(usage, version=version)
