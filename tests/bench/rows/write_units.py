"""What messages cost in units of the table, through the real handlers on AWS in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.metric import Metric, row
from tests.bench.units import of_blocked, of_bulk, of_receipts, of_single

if TYPE_CHECKING:
    from collections.abc import Iterator


@row(Metric("wru_sent_single", "units", 10))
def of_a_single_intent() -> Iterator[float]:
    """Each handed in and worked on by itself."""
    yield of_single().writes


@row(Metric("wru_sent_bulk", "units", 8), Metric("rru_sent", "units", 3))
def of_one_among_many() -> Iterator[float]:
    """All handed in with one request."""
    cost = of_bulk()
    yield cost.writes
    yield cost.reads


@row(Metric("wru_receipt", "units", 2.5))
def of_a_receipt() -> Iterator[float]:
    """Delivered, then read."""
    yield of_receipts().writes


@row(Metric("wru_blocked", "units", 3))
def of_a_blocked_intent() -> Iterator[float]:
    """One text of 200 characters to somebody who opted out."""
    yield of_blocked()
