"""The shapes in which a number's health is shown."""

from __future__ import annotations

from pydantic import BaseModel

from chalicelib.entrypoints.http.schemas.instances import CooldownView


class AlertView(BaseModel):
    """A threshold that was crossed: the figure, its limit, what it does, and the newest sign in it."""

    measure: str
    value: int
    limit: int
    effect: str
    at: str


class DeliveryView(BaseModel):
    """How many of some recent messages arrived, as measured at ``at``."""

    sent: int
    delivered: int
    percent: int
    at: str


class SignalsView(BaseModel):
    """The signs that are counted: when each was seen, oldest first, and how long it counts."""

    window_seconds: int
    failures: list[str]
    throttles: list[str]
    disconnects: list[str]
    blocks: list[str]
    delivery: DeliveryView | None


class RampView(BaseModel):
    """How a number comes back after a rest: percent of its limits now, since when, and when it has all of them."""

    percent: int
    since: str
    until: str


class ReachoutView(BaseModel):
    """A reach-out lock: ``until`` when people who are new wait, and which intent is finding out whether it holds."""

    since: str
    until: str
    level: int
    assumed: bool
    probe: str | None


class ThresholdView(BaseModel):
    """From where on a measure does something: a count, or for ``DELIVERED`` percent, below which it does."""

    measure: str
    limit: int
    effect: str


class ThresholdsView(BaseModel):
    """The figures a number is judged by, and whose they are."""

    source: str
    figures: list[ThresholdView]
    smallest_sample: int
    receipt_patience_seconds: int
    capacity: dict[str, int]
    first_cooldown_seconds: int
    longest_cooldown_seconds: int
    ramp_start: int
    ramp_seconds: int


class HealthView(BaseModel):
    """How a number is doing: ``temperature`` is how near a cooldown is, ``capacity`` what is left of its limits (%)."""

    risk: str
    temperature: int
    capacity: int
    alerts: list[AlertView]
    signals: SignalsView
    cooldown: CooldownView | None
    ramp: RampView | None
    reachout: ReachoutView | None
    token_problem_at: str | None
    thresholds: ThresholdsView
