"""How much of its time an execute process spends on anything but sending, in batches as they are deployed."""

from __future__ import annotations

import time
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from tests.aws import batch_size
from tests.bench.floor import noted
from tests.bench.metric import Metric, row
from tests.bench.plant import EXECUTION, plant, wish
from tests.bench.quick import LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.plant import Plant

_NUMBERS = 20
# As long as DynamoDB takes within its region, and as long as a send is supposed to take, seconds.
_AWS, _SEND = 0.004, 0.1
_MESSAGES, _RUNS = 500, 3
_BULK, _PAIRS = 50, 7
# So many are decided in the call that hands them in.
_AT_ONCE = 25


@row(Metric("executor_efficiency", "of ideal", 0.9, "higher"))
def efficiency() -> Iterator[float]:
    """Five hundred messages, through a bridge that works on ten at once: it could be busy all the time.

    The fastest of a few runs counts, as in ``gate_decide``.
    """
    with plant(_NUMBERS, _MESSAGES, _AWS, _SEND) as works:
        seconds = [_seconds(works) for _ in range(_RUNS)]
    yield _MESSAGES * _SEND / LINES / min(seconds)


@row(Metric("cpu_over_floor", "x", 1.5))
def cpu() -> Iterator[float]:
    """Processor time of fifty messages, over that of the same calls alone, in pairs."""
    with plant(_NUMBERS, _BULK) as works:
        first = _execution(works)
        with noted(services()._table.client) as floor:  # noqa: SLF001 - the one client of all adapters
            first()
        ratios = [_processor(_execution(works)) / _processor(floor.run) for _ in range(_PAIRS)]
    yield median(ratios)


def _approved(works: Plant, messages: int) -> list[str]:
    """Queue messages of intents that were approved just now; what was sent before is forgotten."""
    works.restore()
    for first in range(0, messages, _AT_ONCE):
        works.post({"intents": [wish(person) for person in range(first, first + _AT_ONCE)]}, f"from {first}")
    bodies = works.take(EXECUTION)
    assert len(bodies) == messages
    return bodies


def _seconds(works: Plant) -> float:
    bodies = _approved(works, _MESSAGES)
    began = time.monotonic()
    works.execute(bodies, batch_size("Execute"))
    took = time.monotonic() - began
    assert works.sent(bodies) == len(bodies)
    return took


def _execution(works: Plant) -> Callable[[], None]:
    return partial(works.execute, _approved(works, _BULK), batch_size("Execute"))


def _processor(run: Callable[[], None]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began
