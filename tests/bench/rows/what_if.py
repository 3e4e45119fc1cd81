"""What a step of a simulation computes: it must fit an invocation of the gate function, which has a third of a core."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.contact import Contact
from chalicelib.domain.organization import Organization
from chalicelib.domain.presets import MODERATE
from chalicelib.domain.values import DAY, SECOND, Origin
from chalicelib.domain.view import View
from chalicelib.domain.whatif.recorded import Recorded, recorded
from chalicelib.domain.whatif.replay import idle, replayed
from tests.bench.metric import Metric, row
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTENTS, _NUMBERS, _ROUNDS = 10_000, 3, 3


@row(Metric("what_if_replay_s", "s", 10))
def replay() -> Iterator[float]:
    """Ten thousand new contacts within six hours, half of them of a campaign: most wait, many until the morning.

    The fastest of a few rounds counts, as in ``gate_decide``.
    """
    records = [_record(number) for number in range(_INTENTS)]
    names = [samples.an_id("ins", number) for number in range(_NUMBERS)]
    organization = Organization(samples.ORGANIZATION, "Loja", "pt-BR", "America/Sao_Paulo", MODERATE)
    numbers = {name: replace(samples.instance(name), warmed_up=True) for name in names}
    view = idle(View(organization, numbers, {}))
    assert len(view.instances) == _NUMBERS
    yield min(_seconds(view, records) for _ in range(_ROUNDS))


def _seconds(view: View, records: list[Recorded]) -> float:
    began = time.process_time()
    assert len(replayed(view, records, lambda _at: view.organization)) == _INTENTS
    return time.process_time() - began


def _record(number: int) -> Recorded:
    intent = samples.pending(number, NOON + 2 * SECOND * number)
    campaign = Origin.CAMPAIGN if number % 2 else Origin.API
    request = replace(intent.request, origin=campaign, expires_at=NOON + 30 * DAY)
    return recorded(
        replace(intent, request=request), Contact(samples.an_id("con", number), samples.ORGANIZATION), NOON + DAY
    )
