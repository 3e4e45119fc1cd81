"""A question "what would this policy have done": asked once, answered in two steps, each safe to be begun again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.instance import Lifecycle
from chalicelib.domain.values import HOUR, MINUTE

if TYPE_CHECKING:
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.whatif.report import Comparison, Report

LONGEST_WINDOW = 168
# The newest of the window: more would not be replayed within one invocation.
MOST_INTENTS = 10_000
# The policy of the time, then the proposed one.
STEPS = 2
# Only numbers that can send take part.
IN_USE = frozenset({Lifecycle.ACTIVE, Lifecycle.COOLDOWN})
# Whatever is not answered by then never will be, and another question may be asked.
LIFETIME = 15 * MINUTE
# So often a step is begun before it counts as broken.
TRIES = 3


class SimulationStatus(StrEnum):
    """How far the answer is."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class Failure(StrEnum):
    """Why there is no answer."""

    NOT_STARTED = "NOT_STARTED"
    BROKEN = "BROKEN"
    TOO_LONG = "TOO_LONG"


@dataclass(frozen=True, slots=True)
class Simulation:
    """One question, and what has been answered of it.

    Attributes:
        id: ``sim_`` + ULID.
        organization_id: Whose intents are replayed.
        actor: Who asked: ``client key_…``, ``operator usr_…``.
        created_at: When it was asked, ms; the window ends there.
        hours: How long the window is.
        policy: The proposed policy.
        instance_id: The only number it is proposed for; ``None`` for the organization's policy.
        status: How far the answer is.
        intents: How many intents are replayed, once that is known.
        cut_off: Whether the window has more of them, older ones.
        tries: How often the present step was begun.
        lease_until: Until when somebody works on it, ms.
        actual: What the policy of the time did, between the two steps.
        result: The answer.
        failure: Why there is none.
        version: Stored version this was read at; 0 when nothing is stored yet.
    """

    id: str
    organization_id: str
    actor: str
    created_at: int
    hours: int
    policy: Policy
    instance_id: str | None = None
    status: SimulationStatus = SimulationStatus.PENDING
    intents: int | None = None
    cut_off: bool = False
    tries: int = 0
    lease_until: int = 0
    actual: Report | None = None
    result: Comparison | None = None
    failure: Failure | None = None
    version: int = 0

    @property
    def begins_at(self) -> int:
        """Where the window begins, ms."""
        return self.created_at - self.hours * HOUR

    @property
    def steps_done(self) -> int:
        """How many of the ``STEPS`` are done."""
        if self.result is not None:
            return STEPS
        return int(self.actual is not None)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in {SimulationStatus.DONE, SimulationStatus.FAILED}

    def at(self, now: int) -> Simulation:
        """How it stands at ``now`` (ms): one that was never answered has failed, though nobody wrote that down."""
        if self.ended or now < self.created_at + LIFETIME:
            return self
        return self._failed(Failure.TOO_LONG)

    def claimed(self, now: int, until: int) -> Simulation | None:
        """The simulation with somebody at work on its next step.

        Args:
            now: The present, ms.
            until: When that counts as lost, ms.

        Returns:
            ``None`` when nothing is left to do, or somebody else is at it.
        """
        if self.at(now).ended or now < self.lease_until:
            return None
        if self.tries >= TRIES:
            return self._failed(Failure.BROKEN)
        return replace(self, status=SimulationStatus.RUNNING, tries=self.tries + 1, lease_until=until)

    def with_actual(self, actual: Report, *, cut_off: bool) -> Simulation:
        """After the first step: what the policy of the time did."""
        return replace(self, actual=actual, intents=actual.intents, cut_off=cut_off, tries=0, lease_until=0)

    def with_result(self, result: Comparison) -> Simulation:
        """After the second step: the answer."""
        return replace(self, status=SimulationStatus.DONE, result=result, actual=None, tries=0, lease_until=0)

    def broken_off(self) -> Simulation:
        """After a step that went wrong: to be begun again, or given up."""
        return self._failed(Failure.BROKEN) if self.tries >= TRIES else replace(self, lease_until=0)

    def not_started(self) -> Simulation:
        """When nobody could be told to work on it."""
        return self._failed(Failure.NOT_STARTED)

    def stored(self) -> Simulation:
        """The simulation once it has been stored: one version on."""
        return replace(self, version=self.version + 1)

    def _failed(self, failure: Failure) -> Simulation:
        return replace(self, status=SimulationStatus.FAILED, failure=failure, actual=None, lease_until=0)
