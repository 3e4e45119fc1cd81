"""Whether a number or an organization may send as far as people are concerned: running, still finishing, or paused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.calls import Calls
from chalicelib.domain.values import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.pause import Pause


NO_CALLS = Calls()
# The clocks of who pauses and of who sends may differ by so much.
SKEW = 5 * SECOND


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
        calls: What left under it and under those before it, of a number's lane.
    """

    since: int
    until: int
    load: int
    calls: Calls = NO_CALLS

    def inherited(self, before: Lease | None) -> Lease:
        """This lease with the calls of the one before it, of which nobody knows how many were made if it ran out.

        Args:
            before: The lease as it was left; its end is 0 when it was given back.
        """
        if before is None:
            return self
        calls = before.calls
        for _ in range(before.load if before.until else 0):
            calls = calls.add(before.until)
        return replace(self, calls=calls)


@dataclass(frozen=True, slots=True)
class Control:
    """How far a pause has come; ``in_flight`` counts intents that workers held before it was written."""

    status: ControlStatus
    in_flight: int = 0


def control(pause: Pause | None, lanes: Iterable[Lease], now: int) -> Control:
    """How far a pause has come.

    Args:
        pause: The pause, if there is one.
        lanes: The leases of the workers that send through what it concerns.
        now: The instant of asking, ms.
    """
    if pause is None or not pause.holds(now):
        return Control(ControlStatus.RUNNING)
    finishing = [lane.load for lane in lanes if lane.since <= pause.at + SKEW and now <= lane.until]
    if finishing:
        return Control(ControlStatus.PAUSING, sum(finishing))
    return Control(ControlStatus.PAUSED)
