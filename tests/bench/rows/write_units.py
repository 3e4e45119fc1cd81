"""What messages cost in write units, through the real handlers on AWS in memory."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench.metric import Metric, row
from tests.integration.costs import blocked
from tests.integration.opening import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.house import Tenant


@row(Metric("wru_blocked", "units", 3))
def of_a_blocked_intent() -> Iterator[float]:
    """One text of 200 characters to somebody who opted out."""
    yield _quietly(blocked)


def _quietly(cost: Callable[[Tenant], float]) -> float:
    """A cost in a Portaria of its own, whose logs nobody needs to see."""
    with TemporaryDirectory() as state, redirect_stdout(StringIO()), opened(Path(state), "bench") as house:
        return cost(house.admit())
