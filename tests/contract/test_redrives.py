"""Redrives: one for each organization, found by the sweep while there is something to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.redrive import Fate, Redrive
from chalicelib.domain.values import DAY
from tests.contract.samples import ANOTHER_ORGANIZATION, ORGANIZATION, an_id
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.contract.conftest import Store

WHO = "operator usr_1"


def a_redrive(organization_id: str = ORGANIZATION, at: int = NOON) -> Redrive:
    """One that was never stored."""
    return Redrive(organization_id, WHO, "o provedor voltou", 60, at, at)


def put(store: Store, redrive: Redrive) -> Redrive:
    """One as stored."""
    assert store.redrives.save(redrive)
    return redrive.stored()


def test_a_redrive_comes_back_as_it_was(store: Store) -> None:
    """Its page would be forgotten with the process, or its counts begin anew."""
    assert store.redrives.get(ORGANIZATION) is None
    page = [an_id("int", number) for number in range(100)]
    first = put(store, a_redrive().taking(page, "1800000000000#int_1", NOON))
    assert store.redrives.get(ORGANIZATION) == first
    booked = put(store, first.booked([Fate.REDRIVEN, Fate.EXPIRED, Fate.MOVED_ON, Fate.FAILED, None]))
    ended = put(store, booked.cancelled("client key_1", NOON + 1))
    assert store.redrives.get(ORGANIZATION) == ended
    assert store.redrives.get(ANOTHER_ORGANIZATION) is None


def test_a_write_is_based_on_what_was_read(store: Store) -> None:
    """A tick that crossed a cancellation would bring the redrive back to life."""
    first = put(store, a_redrive())
    put(store, first.cancelled(WHO, NOON))
    assert not store.redrives.save(first.taking([], None, NOON))
    assert not store.redrives.save(a_redrive())


def test_unfinished_ones_are_found_in_the_order_of_their_turn(store: Store) -> None:
    """A large customer's redrive would keep all others waiting, or a tick go through the whole table."""
    late, soon = put(store, a_redrive(at=NOON + DAY)), put(store, a_redrive(ANOTHER_ORGANIZATION))
    assert list(store.redrives.unfinished(10)) == [ANOTHER_ORGANIZATION, ORGANIZATION]
    assert list(store.redrives.unfinished(1)) == [ANOTHER_ORGANIZATION]
    put(store, soon.done(0, NOON))
    cancelled = put(store, put(store, late.taking([an_id("int")], None, NOON)).cancelled(WHO, NOON))
    assert list(store.redrives.unfinished(10)) == [ORGANIZATION]
    put(store, cancelled.booked([]))
    assert list(store.redrives.unfinished(10)) == []
