"""Turns a number's health into the shape of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import health
from chalicelib.domain.signals import WINDOW, Sign
from chalicelib.domain.values import SECOND
from chalicelib.entrypoints.http.schemas.fields import instant
from chalicelib.entrypoints.http.schemas.health import (
    AlertView,
    DeliveryView,
    HealthView,
    RampView,
    ReachoutView,
    SignalsView,
    ThresholdsView,
    ThresholdView,
)
from chalicelib.entrypoints.http.views.instances import cooldown

if TYPE_CHECKING:
    from chalicelib.application.instances.states import InstanceState
    from chalicelib.domain.signals import Sample

_THRESHOLDS = ThresholdsView(
    source=health.SOURCE,
    figures=[
        ThresholdView(measure=threshold.measure, limit=threshold.limit, effect=threshold.effect)
        for threshold in health.THRESHOLDS
    ],
    smallest_sample=health.SMALLEST_SAMPLE,
    receipt_patience_seconds=health.RECEIPT_PATIENCE // SECOND,
    capacity={str(risk): share for risk, share in health.SHARE.items()},
    first_cooldown_seconds=health.FIRST_COOLDOWN // SECOND,
    longest_cooldown_seconds=health.LONGEST_COOLDOWN // SECOND,
    ramp_start=health.RAMP_START,
    ramp_seconds=health.RAMP_LASTS // SECOND,
)


def health_of(state: InstanceState) -> HealthView:
    """How a number is doing now."""
    one, now = state.instance, state.at
    judged = one.health(now)
    return HealthView(
        risk=judged.risk,
        temperature=judged.temperature,
        capacity=one.capacity(now),
        alerts=[_alert(alert) for alert in judged.alerts],
        signals=_signals(state),
        cooldown=cooldown(state),
        ramp=_ramp(state),
        reachout=_reachout(state),
        token_problem_at=instant(one.reachout.token_at) if one.reachout.has_token_problem(now) else None,
        thresholds=_THRESHOLDS,
    )


def _alert(alert: health.Alert) -> AlertView:
    threshold = alert.threshold
    return AlertView(
        measure=threshold.measure,
        value=alert.value,
        limit=threshold.limit,
        effect=threshold.effect,
        at=str(instant(alert.at)),
    )


def _signals(state: InstanceState) -> SignalsView:
    counted = state.instance.counted(state.at)
    seen = {sign.value: [str(instant(at)) for at in counted.of(sign, state.at)] for sign in Sign}
    sample = counted.sample_at(state.at)
    return SignalsView(window_seconds=WINDOW // SECOND, **seen, delivery=_delivery(sample) if sample else None)


def _delivery(sample: Sample) -> DeliveryView:
    return DeliveryView(
        sent=sample.sent, delivered=sample.delivered, percent=sample.percent, at=str(instant(sample.at))
    )


def _ramp(state: InstanceState) -> RampView | None:
    since, percent = state.instance.back_since(state.at), state.instance.ramp(state.at)
    if percent >= 100:  # noqa: PLR2004 - percent
        return None
    until = since + health.RAMP_LASTS
    return RampView(percent=percent, since=str(instant(since)), until=str(instant(until)))


def _reachout(state: InstanceState) -> ReachoutView | None:
    lock = state.instance.reachout.lock
    if lock is None or lock.lifted_at:
        return None
    return ReachoutView(
        since=str(instant(lock.since)),
        until=str(instant(lock.until)),
        level=lock.level,
        assumed=lock.assumed,
        probe=lock.probe or None,
    )
