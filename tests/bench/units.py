"""Units that several rows need: each scenario is measured once, in a Portaria of its own."""

from __future__ import annotations

from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from tests.integration.costs import Cost, blocked, receipt, sent_in_bulk, sent_one_by_one
from tests.integration.opening import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.house import Tenant

T = TypeVar("T")


@cache
def of_single() -> Cost:
    """Of a message that comes alone."""
    return _quietly(sent_one_by_one)


@cache
def of_bulk() -> Cost:
    """Of one among many."""
    return _quietly(sent_in_bulk)


@cache
def of_receipts() -> Cost:
    """Of a receipt."""
    return _quietly(receipt)


@cache
def of_blocked() -> int:
    """Of a message that is refused for good; write units only."""
    return _quietly(blocked)


def _quietly(measure: Callable[[Tenant], T]) -> T:
    """What is measured, without logs that nobody needs to see."""
    with TemporaryDirectory() as state, redirect_stdout(StringIO()), opened(Path(state), "bench") as house:
        return measure(house.admit())
