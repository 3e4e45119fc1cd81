"""The shapes of what-if questions: what is asked, how far the answer is, and both sides of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from chalicelib.domain.whatif.simulation import LONGEST_WINDOW
from chalicelib.entrypoints.http.schemas.fields import InstanceId, Strict
from chalicelib.entrypoints.http.schemas.policy import PolicyBody, PolicyChoice


class SimulationScope(Strict):
    """What is asked about: so many hours back, and one number or, left out, the organization's policy."""

    hours: Annotated[int, Field(ge=1, le=LONGEST_WINDOW)]
    instance_id: InstanceId | None = None


class NewSimulation(SimulationScope):
    """The body of ``POST /api/gate/simulations``."""

    policy: PolicyChoice


class DelayView(BaseModel):
    """Half of the waits are no longer than ``p50_ms``, 95 of a hundred no longer than ``p95_ms``."""

    p50_ms: int
    p95_ms: int


class OutcomesView(BaseModel):
    """How many messages left at once, left later, still waited a day after the last came, were refused, expired."""

    at_once: int
    later: int
    waiting: int
    blocked: int
    dropped: int


class SideView(BaseModel):
    """What one policy would have done; ``waits`` and ``refusals`` by reason, ``instances`` by id of what left."""

    intents: int
    outcomes: OutcomesView
    waits: dict[str, int]
    refusals: dict[str, int]
    instances: dict[str, int]
    delay: DelayView


class SimulationResult(BaseModel):
    """Both policies side by side.

    ``added_delay`` tells of the messages that leave under both, negative where they leave sooner; ``stopped`` leave
    with the policy of the time only, ``freed`` with the proposed one only.
    """

    actual: SideView
    proposed: SideView
    added_delay: DelayView
    stopped: int
    freed: int


class CodeView(BaseModel):
    """A stable code, and its sentence in the caller's language."""

    code: str
    text: str


class ProgressView(BaseModel):
    """Steps that are done, of all."""

    done: int
    of: int


class SimulationView(BaseModel):
    """A what-if question; ``intents`` counts what was replayed, the newest where ``cut_off`` says there were more."""

    id: str
    status: str
    progress: ProgressView
    failure: CodeView | None
    created_at: str
    asked_by: str
    hours: int
    window_from: str
    window_to: str
    instance_id: str | None
    preset: str | None
    policy: PolicyBody
    intents: int | None
    cut_off: bool
    result: SimulationResult | None
    assumptions: list[CodeView]
    not_modelled: list[CodeView]
    url: str


class SimulationList(BaseModel):
    """The newest what-if questions, newest first."""

    data: list[SimulationView]
    next_cursor: str | None
    has_more: bool
