"""The recent signs of a number's trouble: kept with the number, as many as matter and no longer than they matter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.values import HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

# A sign counts for so long.
WINDOW = HOUR
# A sign that is kept as often as anything looks for replaces the oldest of its kind, at most once in so long.
NOTED_EVERY = MINUTE


class Sign(StrEnum):
    """What counts as trouble of a number, and never of one message alone."""

    FAILURES = "failures"
    THROTTLES = "throttles"
    DISCONNECTS = "disconnects"
    BLOCKS = "blocks"


# The newest of each kind that are kept: what the largest threshold asks for.
KEPT: Mapping[Sign, int] = {Sign.FAILURES: 5, Sign.THROTTLES: 5, Sign.DISCONNECTS: 5, Sign.BLOCKS: 1}


@dataclass(frozen=True, slots=True)
class Sample:
    """How many of some messages arrived.

    Attributes:
        sent: How many messages were looked at.
        delivered: How many of them are known to have arrived.
        at: When, ms.
        up_to: When the newest message that had been sent by then had been accepted, ms: there the next sample begins.
    """

    sent: int
    delivered: int
    at: int
    up_to: int = 0

    @property
    def percent(self) -> int:
        """How many in a hundred were delivered, rounded down."""
        return 100 * self.delivered // self.sent if self.sent else 100


@dataclass(frozen=True, slots=True)
class Signals:
    """Signs of trouble of one number, oldest first, in ms.

    Attributes:
        failures: Sends that WhatsApp refused for a reason that lies in the number.
        throttles: Sends that it refused because there were too many.
        disconnects: Sessions lost by nobody's hand here.
        blocks: Reports that people blocked the number.
        sample: How many of its recent messages arrived.
    """

    failures: tuple[int, ...] = ()
    throttles: tuple[int, ...] = ()
    disconnects: tuple[int, ...] = ()
    blocks: tuple[int, ...] = ()
    sample: Sample | None = None

    def of(self, sign: Sign, at: int) -> tuple[int, ...]:
        """The signs of one kind that still count at ``at`` (ms)."""
        instants: tuple[int, ...] = getattr(self, sign)
        return tuple(instant for instant in instants if _counts(instant, at)) if instants else ()

    def sample_at(self, at: int) -> Sample | None:
        """The sample, if it still counts at ``at`` (ms)."""
        return self.sample if self.sample and _counts(self.sample.at, at) else None

    def newer_than(self, instant: int) -> Signals:
        """The signals without those up to an instant (ms)."""
        if self is NONE or not instant:
            return self
        kept = {sign.value: tuple(one for one in getattr(self, sign) if one > instant) for sign in Sign}
        sample: Any = self.sample if self.sample and self.sample.at > instant else None
        return Signals(**kept, sample=sample)

    def noting(self, sign: Sign, at: int) -> Signals:
        """The signals with one more sign; the same object when it adds nothing to what is kept already."""
        kept = self.of(sign, at)
        if len(kept) >= KEPT[sign] and at < kept[-1] + NOTED_EVERY:
            return self
        newest: Any = tuple(sorted((*kept, at))[-KEPT[sign] :])
        return replace(self, **{sign.value: newest})


# A number without trouble.
NONE = Signals()


def _counts(instant: int, at: int) -> bool:
    return instant > at - WINDOW
