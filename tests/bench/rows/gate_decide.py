"""What one decision costs, its trace included: every intent pays for it at least twice."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.contact import Contact
from chalicelib.domain.decision import Approve
from chalicelib.domain.gate import decide
from chalicelib.domain.organization import Organization
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.usage import Usage
from chalicelib.domain.values import HOUR, MINUTE, SECOND
from chalicelib.domain.view import View
from tests.bench.metric import Metric, row
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.intent import Intent

_CANDIDATES, _ROUNDS, _CALLS = 10, 300, 10


@row(Metric("gate_decide_us", "us", 100))
def decision() -> Iterator[float]:
    """Ten numbers that have been busy for a day, and a person whom the first of them knows.

    The fastest of many short rounds counts: what slows the others down is the machine's other work, not ours.
    """
    intent, view = samples.pending(at=NOON), _view()
    assert isinstance(decide(intent, view, NOON), Approve)
    yield min(_microseconds(intent, view) for _ in range(_ROUNDS))


def _microseconds(intent: Intent, view: View) -> float:
    began = time.process_time()
    for _ in range(_CALLS):
        decide(intent, view, NOON)
    return (time.process_time() - began) / _CALLS * 1_000_000


def _view() -> View:
    names = [samples.an_id("ins", number) for number in range(_CANDIDATES)]
    person = Contact(samples.an_id("con"), samples.ORGANIZATION, "+5511987654321").heard(names[0], NOON - HOUR, "Ana")
    return View(
        organization=Organization(samples.ORGANIZATION, "Loja", "pt-BR", "America/Sao_Paulo", CONSERVATIVE),
        instances={name: replace(samples.instance(name), warmed_up=True) for name in names},
        usages={name: _busy(name) for name in names},
        recipients={samples.pending().id: person},
    )


def _busy(instance_id: str) -> Usage:
    """A message every five minutes of the last day, and two in the last minute."""
    usage = Usage(instance_id)
    for at in (*range(NOON - 24 * HOUR, NOON - MINUTE, 5 * MINUTE), NOON - 40 * SECOND, NOON - 20 * SECOND):
        usage = usage.reserve(at, CONSERVATIVE.max_interval)
    return usage
