"""A number's health: each default, judged from a window of signs alone, and never of how often it is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.cooldown import Cooldown, Rested
from chalicelib.domain.health import (
    RAMP_LASTS,
    SHARE,
    SMALLEST_SAMPLE,
    THRESHOLDS,
    Effect,
    Health,
    Measure,
    Risk,
    assess,
    cooldown_length,
    ramp,
    untroubled,
)
from chalicelib.domain.signals import KEPT, NONE, NOTED_EVERY, WINDOW, Sample, Sign, Signals
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND
from tests.fakes.clock import NOON
from tests.fakes.numbers import an_instance

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance

instants = st.integers(NOON - 2 * HOUR, NOON + 8 * HOUR)
samples = st.none() | st.builds(
    lambda sent, delivered, at: Sample(sent, min(sent, delivered), at), st.integers(0, 50), st.integers(0, 50), instants
)


def signs(size: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Instants of one kind of sign, as they are kept."""
    return st.lists(instants, max_size=size).map(lambda found: tuple(sorted(found)))


all_signals = st.builds(Signals, signs(5), signs(5), signs(5), signs(1), samples)
rests = st.none() | st.builds(
    lambda since, lasts, reason: Cooldown(since, since + lasts, reason),
    instants,
    st.integers(0, DAY),
    st.sampled_from(["THROTTLED", "HEALTH_BLOCKS", "tired"]),
)


def some(sign: Sign, count: int, since: int = MINUTE) -> Signals:
    """Signals with so many signs of one kind, a second apart."""
    seen = tuple(NOON - since + number * SECOND for number in range(count))
    return replace(NONE, **{sign.value: seen})  # type: ignore[arg-type]


def sampled(delivered: int, sent: int = 100) -> Signals:
    """Signals with a fresh sample."""
    return Signals(sample=Sample(sent, delivered, NOON))


@pytest.mark.parametrize(
    ("signals", "risk", "rests"),
    [
        (NONE, Risk.LOW, False),
        (some(Sign.FAILURES, 4), Risk.LOW, False),
        (some(Sign.FAILURES, 5), Risk.MEDIUM, False),
        (some(Sign.THROTTLES, 5), Risk.MEDIUM, False),
        (replace(some(Sign.FAILURES, 3), throttles=(NOON, NOON)), Risk.MEDIUM, False),
        (some(Sign.DISCONNECTS, 2), Risk.LOW, False),
        (some(Sign.DISCONNECTS, 3), Risk.MEDIUM, False),
        (some(Sign.DISCONNECTS, 4), Risk.MEDIUM, False),
        (some(Sign.DISCONNECTS, 5), Risk.HIGH, False),
        (sampled(40), Risk.LOW, False),
        (sampled(39), Risk.HIGH, False),
        (sampled(25), Risk.HIGH, False),
        (sampled(24), Risk.HIGH, True),
        (sampled(0, SMALLEST_SAMPLE - 1), Risk.LOW, False),
        (sampled(4, SMALLEST_SAMPLE), Risk.HIGH, True),
        (sampled(5, SMALLEST_SAMPLE), Risk.HIGH, False),
        (sampled(8, SMALLEST_SAMPLE), Risk.LOW, False),
        (some(Sign.BLOCKS, 1), Risk.HIGH, True),
    ],
)
def test_each_default_does_what_it_says(signals: Signals, risk: Risk, rests: bool) -> None:  # noqa: FBT001 - a column
    """A number would go on at full pace into its ban, or be slowed down for nothing."""
    found = assess(signals, NOON)
    assert (found.risk, found.rest is not None) == (risk, rests)
    assert bool(found.alerts) == (risk is not Risk.LOW)


@pytest.mark.parametrize(("risk", "share"), [(Risk.LOW, 100), (Risk.MEDIUM, 50), (Risk.HIGH, 10)])
def test_risk_takes_its_share_of_the_limits(risk: Risk, share: int) -> None:
    """Medium risk would not halve the limits, and high risk not leave a tenth."""
    signals = {Risk.LOW: NONE, Risk.MEDIUM: some(Sign.FAILURES, 5), Risk.HIGH: some(Sign.DISCONNECTS, 5)}[risk]
    one = replace(an_instance(), signals=signals)
    assert (one.risk(NOON), one.capacity(NOON), SHARE[risk]) == (risk, share, share)


def test_an_alert_says_figure_limit_and_what_it_does() -> None:
    """An operator would read "high risk" and not know of what."""
    found = assess(replace(some(Sign.DISCONNECTS, 5), failures=(NOON,) * 5, sample=Sample(30, 6, NOON)), NOON)
    told = [
        (alert.threshold.measure, alert.value, alert.threshold.limit, alert.threshold.effect) for alert in found.alerts
    ]
    assert told == [
        (Measure.DELIVERED, 20, 25, Effect.COOLDOWN),
        (Measure.DISCONNECTS, 5, 5, Effect.HIGH),
        (Measure.FAILURES, 5, 5, Effect.MEDIUM),
    ]
    assert found.rest is found.alerts[0]


@pytest.mark.parametrize(
    ("signals", "temperature"),
    [
        (NONE, 0),
        (some(Sign.FAILURES, 1), 10),
        (some(Sign.FAILURES, 5), 50),
        (some(Sign.DISCONNECTS, 4), 72),
        (some(Sign.DISCONNECTS, 5), 90),
        (sampled(100), 0),
        (sampled(24), 100),
        (some(Sign.BLOCKS, 1), 100),
    ],
)
def test_the_temperature_says_how_near_a_cooldown_is(signals: Signals, temperature: int) -> None:
    """Nobody would see a number heating up before it is stopped."""
    assert assess(signals, NOON).temperature == temperature


def test_a_sign_counts_for_an_hour() -> None:
    """A bad hour would slow a number down for ever, or be forgotten at once."""
    signals = some(Sign.FAILURES, 5, since=0)
    assert assess(signals, NOON + WINDOW - 1).risk is Risk.MEDIUM
    assert assess(signals, NOON + WINDOW).risk is Risk.LOW
    assert assess(sampled(0), NOON + WINDOW) == assess(NONE, NOON)


def test_as_many_signs_are_kept_as_the_largest_threshold_needs() -> None:
    """A threshold above what is kept could never be reached: the number would look well for ever."""
    kept = {
        Measure.FAILURES: KEPT[Sign.FAILURES],
        Measure.DISCONNECTS: KEPT[Sign.DISCONNECTS],
        Measure.BLOCKS: KEPT[Sign.BLOCKS],
    }
    for measure, count in kept.items():
        assert max(threshold.limit for threshold in THRESHOLDS if threshold.measure is measure) == count


@pytest.mark.parametrize("sign", Sign)
def test_a_sign_costs_a_write_only_while_it_says_something(sign: Sign) -> None:
    """Every failure of a failing number would cost a write, and its item would grow until it costs double."""
    signals, writes = NONE, 0
    for second in range(10 * 60):
        after = signals.noting(sign, NOON + second * SECOND)
        writes, signals = writes + (after is not signals), after
    assert len(signals.of(sign, NOON + 10 * MINUTE)) == KEPT[sign]
    assert writes <= KEPT[sign] + 10 * MINUTE // NOTED_EVERY
    fresh = signals.noting(sign, NOON + 3 * HOUR)
    assert fresh.of(sign, NOON + 3 * HOUR) == (NOON + 3 * HOUR,)


@given(all_signals, instants)
def test_judging_is_pure(signals: Signals, at: int) -> None:
    """Looking at a number would make it worse: whoever opened its page more often would see it stopped sooner."""
    found = assess(signals, at)
    assert found == assess(signals, at)
    assert isinstance(found, Health)
    assert (found.risk is Risk.LOW) == (not found.alerts)
    assert (found.temperature == 100) == (found.rest is not None)
    assert 0 <= found.temperature <= 100


@given(st.builds(Signals, *[st.just(()) | signs(1)] * 4, samples), instants)
def test_the_quick_answer_is_the_right_one(signals: Signals, at: int) -> None:
    """A number in trouble would be taken for a healthy one, only because that is faster to say."""
    if untroubled(signals):
        assert assess(signals, at).risk is Risk.LOW


@given(all_signals, instants, st.sampled_from(list(Sign)))
def test_one_more_sign_never_makes_a_number_look_better(signals: Signals, at: int, sign: Sign) -> None:
    """The worse a number does, the faster it would send."""
    assert risk_of(signals.noting(sign, at), at) >= risk_of(signals, at)


def risk_of(signals: Signals, at: int) -> int:
    """The risk as a number."""
    return list(Risk).index(assess(signals, at).risk)


def numbers(signals: Signals, rest: Cooldown | None, ended: int | None) -> Instance:
    """A number with a history."""
    return replace(an_instance(), signals=signals, cooldown=rest, rested=None if ended is None else Rested(ended))


@given(all_signals, rests, st.none() | instants, instants)
def test_a_number_never_has_more_than_all_nor_nothing(
    signals: Signals, rest: Cooldown | None, ended: int | None, at: int
) -> None:
    """A number in trouble would send faster than a healthy one, or its messages would wait for ever."""
    assert 1 <= numbers(signals, rest, ended).capacity(at) <= 100


@given(instants, instants, instants)
def test_the_way_back_only_leads_up(since: int, one: int, other: int) -> None:
    """A number back from a rest would be slowed down again for no reason."""
    earlier, later = sorted((one, other))
    assert 10 <= ramp(since, earlier) <= ramp(since, later) <= 100


@pytest.mark.parametrize(
    ("age", "percent"), [(-1, 10), (0, 10), (HOUR, 25), (3 * HOUR, 55), (RAMP_LASTS - 1, 99), (RAMP_LASTS, 100)]
)
def test_the_way_back_takes_six_hours(age: int, percent: int) -> None:
    """A number would leave its rest at full pace and be banned within the hour."""
    assert ramp(NOON, NOON + age) == percent


@pytest.mark.parametrize(("level", "hours"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 24), (7, 24), (10_000, 24)])
def test_rests_in_a_row_double_up_to_a_day(level: int, hours: int) -> None:
    """A number that keeps falling ill would never be given the time to recover; or would be out of use for weeks."""
    assert cooldown_length(level) == hours * HOUR
