"""Whether a number may send as far as people are concerned: running, still finishing, or paused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance


class ControlStatus(StrEnum):
    """How far a pause has come."""

    RUNNING = "RUNNING"
    PAUSING = "PAUSING"
    PAUSED = "PAUSED"


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's hold on something.

    Attributes:
        since: When it was taken, ms.
        until: When it counts as lost, ms.
        load: How many intents it was taken for.
    """

    since: int
    until: int
    load: int


@dataclass(frozen=True, slots=True)
class Control:
    """A number's control state; ``in_flight`` counts intents that a worker held before the pause was written."""

    status: ControlStatus
    in_flight: int = 0


def control(instance: Instance, lane: Lease | None, now: int) -> Control:
    """How far the instance's pause has come.

    Args:
        instance: The number.
        lane: The lease of the worker that sends through it, if there is one.
        now: The instant of asking, ms.
    """
    if instance.paused is None or not instance.paused.holds(now):
        return Control(ControlStatus.RUNNING)
    if lane is not None and lane.since <= instance.paused.at and now <= lane.until:
        return Control(ControlStatus.PAUSING, lane.load)
    return Control(ControlStatus.PAUSED)
