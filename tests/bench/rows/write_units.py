"""What messages cost in units of the table, through the real handlers on AWS in memory."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from tests.bench.metric import Metric, row
from tests.integration.costs import blocked, receipt, sent_in_bulk, sent_one_by_one
from tests.integration.opening import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.house import Tenant

T = TypeVar("T")


@row(Metric("wru_sent_single", "units", 10))
def of_a_single_intent() -> Iterator[float]:
    """Each handed in and worked on by itself."""
    yield quietly(sent_one_by_one).writes


@row(Metric("wru_sent_bulk", "units", 8), Metric("rru_sent", "units", 3))
def of_one_among_many() -> Iterator[float]:
    """All handed in with one request."""
    cost = quietly(sent_in_bulk)
    yield cost.writes
    yield cost.reads


@row(Metric("wru_receipt", "units", 2.5))
def of_a_receipt() -> Iterator[float]:
    """Delivered, then read."""
    yield quietly(receipt)


@row(Metric("wru_blocked", "units", 3))
def of_a_blocked_intent() -> Iterator[float]:
    """One text of 200 characters to somebody who opted out."""
    yield quietly(blocked)


def quietly(cost: Callable[[Tenant], T]) -> T:
    """A cost in a Portaria of its own, whose logs nobody needs to see."""
    with TemporaryDirectory() as state, redirect_stdout(StringIO()), opened(Path(state), "bench") as house:
        return cost(house.admit())
