"""Turns what-if questions into the shapes of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.presets import preset_of
from chalicelib.domain.whatif.simulation import STEPS
from chalicelib.entrypoints.http.schemas.fields import instant
from chalicelib.entrypoints.http.schemas.simulations import (
    CodeView,
    DelayView,
    OutcomesView,
    ProgressView,
    SideView,
    SimulationResult,
    SimulationView,
)
from chalicelib.entrypoints.http.views.policy import body_of
from chalicelib.entrypoints.web.words.whatif import ASSUMPTIONS, FAILURES, NOT_MODELLED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.whatif.assumptions import Assumption, NotModelled
    from chalicelib.domain.whatif.report import Comparison, Delays, Report
    from chalicelib.domain.whatif.simulation import Simulation
    from chalicelib.entrypoints.web.words.times import Times


def shown(simulation: Simulation, times: Times, url: str) -> SimulationView:
    """A what-if question as it stands.

    Args:
        simulation: The question.
        times: What speaks to the caller.
        url: Where it is found.
    """
    failure = simulation.failure
    return SimulationView(
        id=simulation.id,
        status=simulation.status,
        progress=ProgressView(done=simulation.steps_done, of=STEPS),
        failure=CodeView(code=failure, text=times.gettext(FAILURES[failure])) if failure else None,
        created_at=str(instant(simulation.created_at)),
        asked_by=simulation.actor,
        hours=simulation.hours,
        window_from=str(instant(simulation.begins_at)),
        window_to=str(instant(simulation.created_at)),
        instance_id=simulation.instance_id,
        preset=preset_of(simulation.policy),
        policy=body_of(simulation.policy),
        intents=simulation.intents,
        cut_off=simulation.cut_off,
        result=_result(simulation.result) if simulation.result else None,
        assumptions=_codes(times, ASSUMPTIONS),
        not_modelled=_codes(times, NOT_MODELLED),
        url=url,
    )


def _result(found: Comparison) -> SimulationResult:
    return SimulationResult(
        actual=_side(found.actual),
        proposed=_side(found.proposed),
        added_delay=_delay(found.added),
        stopped=found.stopped,
        freed=found.freed,
    )


def _side(found: Report) -> SideView:
    return SideView(
        intents=found.intents,
        outcomes=OutcomesView(
            at_once=found.at_once,
            later=found.waited,
            waiting=found.waiting,
            blocked=found.blocked,
            dropped=found.dropped,
        ),
        waits=dict(found.waits),
        refusals=dict(found.refusals),
        instances=dict(found.numbers),
        delay=_delay(found.delays),
    )


def _delay(found: Delays) -> DelayView:
    return DelayView(p50_ms=found.p50, p95_ms=found.p95)


def _codes(times: Times, words: Mapping[Assumption, str] | Mapping[NotModelled, str]) -> list[CodeView]:
    return [CodeView(code=code, text=times.gettext(text)) for code, text in words.items()]
