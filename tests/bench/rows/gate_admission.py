"""How exactly and how calmly fifty deciders share one number, on the embedded AWS."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from chalicelib.domain.policy import Policy
from chalicelib.domain.values import Purpose
from tests.bench.metric import Metric, row
from tests.concurrency.admission import DECIDERS, crowd, most_in_an_hour

if TYPE_CHECKING:
    from collections.abc import Iterator

# Most of what the deciders ask for fits: those who are told to wait write nothing, and would only flatter the figure.
_LIMIT, _EACH, _WINDOWS = 180, 4, 3


@row(Metric("gate_admission_error", "intents", 0), Metric("gate_retries_per_decision", "retries", 1.5))
def admission() -> Iterator[float]:
    """Several hours, each with more demand than its limit."""
    policy = Policy(per_minute=_LIMIT, per_hour=_LIMIT, per_day=100_000, min_interval=0, max_interval=0)
    with TemporaryDirectory() as directory, crowd(Path(directory)) as deciders:
        organization_id = deciders.admit(policy)
        works = [deciders.decide(organization_id, [Purpose.DISPATCH], _EACH, window) for window in range(_WINDOWS)]
    slots = [slot for work in works for slot in work.slots]
    missed = sum(abs(len(work.slots) - _LIMIT) for work in works)
    yield missed + max(0, most_in_an_hour(slots) - _LIMIT)
    yield sum(work.refused for work in works) / (DECIDERS * _EACH * _WINDOWS)
