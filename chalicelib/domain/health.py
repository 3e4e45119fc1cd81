"""How a number is doing: a pure function of the signs of the last hour, however often it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.signals import Sign
from chalicelib.domain.values import HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.signals import Signals


class Risk(StrEnum):
    """How likely a number is to be banned if it goes on like this."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class Measure(StrEnum):
    """What is compared with a threshold."""

    FAILURES = "FAILURES"
    DISCONNECTS = "DISCONNECTS"
    DELIVERED = "DELIVERED"
    BLOCKS = "BLOCKS"


class Effect(StrEnum):
    """What crossing a threshold does."""

    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    COOLDOWN = "COOLDOWN"


# Percent of its limits that a number may use, by risk.
SHARE: Mapping[Risk, int] = {Risk.LOW: 100, Risk.MEDIUM: 50, Risk.HIGH: 10}
# How near each effect is to a cooldown, in percent.
HEAT: Mapping[Effect, int] = {Effect.MEDIUM: 50, Effect.HIGH: 90, Effect.COOLDOWN: 100}

# A delivered ratio says something from so many sends on, each old enough for its receipt to have come.
SMALLEST_SAMPLE = 20
RECEIPT_PATIENCE = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Threshold:
    """From where on a measure of the last hour does something.

    Attributes:
        measure: What is compared: a count, or for ``DELIVERED`` percent of the sends.
        limit: The first count, or the lowest percentage that is still fine.
        effect: What it does.
    """

    measure: Measure
    limit: int
    effect: Effect

    def crossed(self, value: int) -> bool:
        """Whether a measured value has come so far."""
        return value < self.limit if self.measure is Measure.DELIVERED else value >= self.limit

    def heat(self, value: int) -> int:
        """How near a measured value is to a cooldown, in percent."""
        if self.measure is Measure.DELIVERED:
            way, whole = 100 - value, 101 - self.limit
        else:
            way, whole = value, self.limit
        return HEAT[self.effect] * min(way, whole) // whole


# Where the figures come from: they are our own, cautious and proved by nobody.
SOURCE = "OURS"
THRESHOLDS = (
    Threshold(Measure.FAILURES, 5, Effect.MEDIUM),
    Threshold(Measure.DISCONNECTS, 3, Effect.MEDIUM),
    Threshold(Measure.DISCONNECTS, 5, Effect.HIGH),
    Threshold(Measure.DELIVERED, 40, Effect.HIGH),
    Threshold(Measure.DELIVERED, 25, Effect.COOLDOWN),
    Threshold(Measure.BLOCKS, 1, Effect.COOLDOWN),
)
# So many percent delivered are fine.
_FINE = max(threshold.limit for threshold in THRESHOLDS if threshold.measure is Measure.DELIVERED)
# Which signs each measure counts.
_COUNTED = (
    (Measure.FAILURES, (Sign.FAILURES, Sign.THROTTLES)),
    (Measure.DISCONNECTS, (Sign.DISCONNECTS,)),
    (Measure.BLOCKS, (Sign.BLOCKS,)),
)
# A cooldown lasts so long, and twice as long each time when the one before ended only a day ago.
FIRST_COOLDOWN, LONGEST_COOLDOWN = HOUR, 24 * HOUR
# How a number comes back after a rest: from so many percent of its limits, evenly, to all of them.
RAMP_START, RAMP_LASTS = 10, 6 * HOUR


@dataclass(frozen=True, slots=True)
class Alert:
    """A threshold that was crossed.

    Attributes:
        threshold: Which one.
        value: The figure that was compared with its limit.
        at: The newest sign in that figure, ms.
    """

    threshold: Threshold
    value: int
    at: int


@dataclass(frozen=True, slots=True)
class Health:
    """What the signs of the last hour say.

    Attributes:
        risk: How bad it is.
        temperature: How near the worst sign is to a cooldown: 0 for no sign, 100 when one is due.
        alerts: What says so, worst first: of each measure the highest threshold crossed.
        rest: The alert for which a cooldown is due.
    """

    risk: Risk
    temperature: int
    alerts: tuple[Alert, ...]
    rest: Alert | None


def assess(signals: Signals, now: int, thresholds: tuple[Threshold, ...] = THRESHOLDS) -> Health:
    """Judge a number by its signs of the hour before ``now`` (ms)."""
    measured = _measured(signals, now)
    found = [(threshold, *measured[threshold.measure]) for threshold in thresholds if threshold.measure in measured]
    crossed = [Alert(threshold, value, at) for threshold, value, at in found if threshold.crossed(value)]
    alerts = _worst_of_each(crossed) if crossed else ()
    return Health(
        risk=_risk(alerts),
        temperature=max([threshold.heat(value) for threshold, value, _ in found], default=0),
        alerts=alerts,
        rest=next((alert for alert in alerts if alert.threshold.effect is Effect.COOLDOWN), None),
    )


def untroubled(signals: Signals) -> bool:
    """Whether the risk is low at any time: a quick answer for most numbers, each of which the Gate asks about."""
    seen = signals.failures or signals.throttles or signals.disconnects or signals.blocks
    return not seen and (signals.sample is None or signals.sample.percent >= _FINE)


def ramp(since: int, at: int) -> int:
    """Percent of its limits that a number may use at ``at`` (ms) when its rest ended at ``since`` (ms)."""
    age = min(max(0, at - since), RAMP_LASTS)
    return RAMP_START + (100 - RAMP_START) * age // RAMP_LASTS


def cooldown_length(level: int) -> int:
    """How long the ``level``-th cooldown in a row lasts, ms."""
    return min(FIRST_COOLDOWN << min(level, 16) - 1, LONGEST_COOLDOWN)


def _measured(signals: Signals, now: int) -> dict[Measure, tuple[int, int]]:
    """Value and newest sign by measure; missing where nothing was measured."""
    measured: dict[Measure, tuple[int, int]] = {}
    for measure, signs in _COUNTED:
        instants = [instant for sign in signs for instant in signals.of(sign, now)]
        if instants:
            measured[measure] = (len(instants), max(instants))
    sample = signals.sample_at(now)
    if sample and sample.sent >= SMALLEST_SAMPLE:
        measured[Measure.DELIVERED] = (sample.percent, sample.at)
    return measured


def _worst_of_each(crossed: list[Alert]) -> tuple[Alert, ...]:
    """Of each measure the alert that does most, worst first."""
    ordered = sorted(crossed, key=lambda alert: HEAT[alert.threshold.effect])
    worst = {alert.threshold.measure: alert for alert in ordered}
    return tuple(alert for alert in reversed(ordered) if worst[alert.threshold.measure] is alert)


def _risk(alerts: tuple[Alert, ...]) -> Risk:
    if not alerts:
        return Risk.LOW
    return Risk.MEDIUM if alerts[0].threshold.effect is Effect.MEDIUM else Risk.HIGH
