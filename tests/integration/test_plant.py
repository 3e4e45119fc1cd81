"""Where the bench measures: it must really send, or its figures are of something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.bootstrap import services
from tests.bench.calls import logged, longest_chain
from tests.bench.floor import noted
from tests.bench.plant import EVENTS, EXECUTION, GATE, plant, wish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.plant import Plant

NUMBERS, PEOPLE = 2, 30


@pytest.fixture(scope="module")
def works() -> Iterator[Plant]:
    """One for all."""
    with plant(NUMBERS, PEOPLE) as works:
        yield works


def test_messages_leave_one_by_one_and_in_bulk(works: Plant) -> None:
    """Time and money would be measured of messages that never left."""
    works.post(wish(0), "alone")
    works.post({"intents": [wish(person) for person in range(1, PEOPLE)]}, "together")
    works.gate(works.take(GATE))
    bodies = works.take(EXECUTION)
    assert (len(bodies), works.sent(bodies)) == (PEOPLE, 0)
    works.execute(bodies, 10)
    assert works.sent(bodies) == PEOPLE
    assert works.take(EXECUTION) == []


def test_what_was_sent_is_forgotten_between_two_runs(works: Plant) -> None:
    """The second run would find everything sent, and be the fastest of all."""
    for _ in range(2):
        works.restore()
        works.post(wish(0), "again")
        bodies = works.take(EXECUTION)
        works.execute(bodies, 1)
        assert works.sent(bodies) == 1


def test_receipts_are_taken_in(works: Plant) -> None:
    """Their cost would be that of refusing them."""
    works.restore()
    intent = works.post(wish(0), "told of")
    works.execute(works.take(EXECUTION), 1)
    works.tell(intent, "Read")
    works.ingest(works.take(EVENTS))
    stored = services()._intents.get(intent["id"])  # noqa: SLF001 - as it is stored
    assert stored is not None
    assert stored.delivery == "READ"


def test_the_floor_makes_the_same_calls_again(works: Plant) -> None:
    """Portaria would be held against less than it cannot do without, or against more."""
    works.restore()
    works.post(wish(0), "noted")
    bodies, client = works.take(EXECUTION), services()._table.client  # noqa: SLF001 - the one client of all adapters
    with noted(client) as floor, logged([client], 0.0) as first:
        works.execute(bodies, 1)
    assert len(floor.calls) == len(first.calls) + 1  # and one send
    with logged([client], 0.0) as second:
        floor.run()
    assert sorted(call.name for call in second.calls) == sorted(call.name for call in first.calls)
    assert len(longest_chain(second.calls)) == len(second.calls)
