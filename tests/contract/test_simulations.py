"""What-if questions: one at a time, found again with their answers, written by one worker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.presets import CONSERVATIVE, MODERATE
from chalicelib.domain.values import Reason
from chalicelib.domain.whatif.report import Comparison, Delays, Report
from chalicelib.domain.whatif.simulation import LIFETIME, Simulation
from tests.contract.samples import ORGANIZATION, an_id
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.contract.conftest import Store


def a_simulation(number: int = 1, at: int = NOON) -> Simulation:
    """A question that was never stored."""
    return Simulation(an_id("sim", number), ORGANIZATION, "client key_1", at, 24, CONSERVATIVE, an_id("ins", 1))


def test_an_answer_comes_back_as_it_was_stored(store: Store) -> None:
    """An operator would decide on figures that nobody computed."""
    asked = a_simulation()
    assert store.simulations.begin(asked, None)
    claimed = asked.stored().claimed(NOON, NOON + 1)
    assert claimed is not None
    assert store.simulations.save(claimed)
    actual = Report(3, at_once=1, waited=2, waits={Reason.RATE_LIMIT: 2}, numbers={"ins_1": 3}, delays=Delays(5, 9))
    half = claimed.stored().with_actual(actual, cut_off=True)
    assert store.simulations.save(half)
    assert store.simulations.get(ORGANIZATION, asked.id) == half.stored()
    done = half.stored().with_result(Comparison(actual, replace(actual, blocked=1), Delays(-4, 7), 2, 1))
    assert store.simulations.save(done)
    assert store.simulations.get(ORGANIZATION, asked.id) == done.stored()


def test_another_organization_has_none_of_it(store: Store) -> None:
    """One customer would read what another sends, and to how many."""
    asked = a_simulation()
    store.simulations.begin(asked, None)
    assert store.simulations.get("org_other", asked.id) is None
    assert list(store.simulations.newest("org_other", 10)) == []


def test_a_write_is_based_on_what_was_read(store: Store) -> None:
    """Two workers would do the same step, and the slower one overwrite the answer."""
    asked = a_simulation()
    store.simulations.begin(asked, None)
    claims = [asked.stored().claimed(NOON, NOON + 1) for _ in range(2)]
    assert [one is not None and store.simulations.save(one) for one in claims] == [True, False]


def test_only_one_is_begun_at_a_time(store: Store) -> None:
    """Two clicks at once would read an organization's whole week twice."""
    first, twin, later = a_simulation(1), a_simulation(2), a_simulation(3, NOON + LIFETIME)
    assert store.simulations.begin(first, None)
    assert not store.simulations.begin(twin, None)
    assert store.simulations.get(ORGANIZATION, twin.id) is None
    assert store.simulations.begin(twin, first.id)
    assert store.simulations.begin(later, None)


def test_the_newest_come_first(store: Store) -> None:
    """Somebody who asked a minute ago would look for the answer at the end of a list."""
    before: Simulation | None = None
    for number in (1, 2, 3):
        one = a_simulation(number, NOON + number)
        assert store.simulations.begin(one, before.id if before else None)
        before = one
    found = [one.id for one in store.simulations.newest(ORGANIZATION, 2)]
    assert found == [a_simulation(3).id, a_simulation(2).id]


def test_what_the_first_step_kept_comes_back(store: Store) -> None:
    """The second step would compare with nothing, and call every message stopped or freed."""
    asked = a_simulation()
    assert store.simulations.left(asked) is None
    left = {an_id("int", number): NOON + number for number in range(300)} | {an_id("int", 999): 0}
    store.simulations.keep_left(asked, left)
    assert store.simulations.left(replace(asked, policy=MODERATE)) == left
