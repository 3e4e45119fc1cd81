"""What one change of an intent adds to whose hour, and what sums tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from chalicelib.domain.decision import Block, Drop, decided
from chalicelib.domain.intent import Intent, fold
from chalicelib.domain.outcome import FailureClass
from chalicelib.domain.rollup import LAG, LAG_TOTAL, RETRIES, Hour, Rollup, Totals, additions, hour_of, summed
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import HOUR, MINUTE, SECOND, Reason
from tests.contract import samples
from tests.fakes.clock import NOON

NUMBER, EVERYBODY = Hour(samples.INSTANCE, hour_of(NOON)), Hour(samples.ORGANIZATION, hour_of(NOON))


def later(intent: Intent, by: int) -> Intent:
    """The same life, lived ``by`` ms later."""
    blank = Intent(intent.id, intent.organization_id, intent.request)
    return fold(blank, [replace(event, at=event.at + by) for event in intent.timeline])


def test_a_life_is_counted_for_the_number_and_for_everybody() -> None:
    """The figures of a number and of its organization would contradict each other, or miss steps that were quick."""
    added = additions(samples.read(), before=0)
    sending = {("claimed", ""): 1, ("sent", ""): 1, (LAG, "1000"): 1, (LAG_TOTAL, ""): 900}
    expected = {("approved", ""): 1, **sending, ("delivered", ""): 1, ("read", ""): 1}
    assert added == {NUMBER: expected, EVERYBODY: {("accepted", ""): 1, **expected}}


def test_only_what_is_new_is_counted() -> None:
    """Each step of a message would be counted again with every later one."""
    intent = samples.read()
    whole = additions(intent, before=0)
    for cut in range(intent.version + 1):
        first = replace(intent, timeline=intent.timeline[:cut])
        parts = [additions(first, 0), additions(intent, cut)]
        for hour in whole:
            assert summed(part.get(hour, Counter()) for part in parts) == whole[hour]
    assert additions(intent, intent.version) == {}


def test_each_event_belongs_to_the_hour_it_happened_in() -> None:
    """Messages accepted before nine and sent after would all be sent before nine."""
    intent = later(samples.sent(), 59 * MINUTE + 59 * SECOND + 500)
    added = additions(intent, before=0)
    after = Hour(samples.ORGANIZATION, hour_of(NOON) + HOUR)
    assert hour_of(intent.timeline[0].at) == hour_of(NOON)
    assert added[EVERYBODY]["accepted", ""] == 1
    assert (added[after]["sent", ""], added[after]["accepted", ""]) == (1, 0)


def test_whoever_waits_without_a_number_counts_for_everybody_only() -> None:
    """A number would be blamed for what no number could carry."""
    assert additions(samples.parked(), before=1) == {EVERYBODY: {("queued", "INSTANCE_DISCONNECTED"): 1}}


def test_a_number_that_was_insisted_on_counts_from_the_first_event_on() -> None:
    """What is asked of a number would appear only once it is approved."""
    free = samples.pending()
    insisted = replace(free, request=replace(free.request, instance_id=samples.INSTANCE))
    assert set(additions(insisted, before=0)) == {NUMBER, EVERYBODY}


@pytest.mark.parametrize(
    ("ended", "count"),
    [
        (decided(samples.pending(), Block(Reason.OPTED_OUT, ()), NOON), ("blocked", "OPTED_OUT")),
        (decided(samples.pending(), Drop(), NOON), ("dropped", "EXPIRED")),
        (samples.failed(), ("failed", "RECIPIENT_INVALID")),
        (samples.deferred(), ("queued", "RATE_LIMIT")),
        (samples.unconfirmed(), ("unconfirmed", "")),
    ],
)
def test_the_reason_is_counted_along(ended: Intent, count: tuple[str, str]) -> None:
    """An operator would see that messages fail, and not why."""
    assert additions(ended, before=ended.version - 1)[EVERYBODY] == {count: 1}


def test_a_retry_is_an_attempt_that_follows_another() -> None:
    """The first try of each message would look like trouble, or trouble like first tries."""
    slot = {"retry_at": NOON + 9 * SECOND, "not_after": NOON + MINUTE}
    busy = {"code": FailureClass.TRANSIENT, **slot}
    tried = samples.sending().record(EventType.ATTEMPT_FAILED, NOON + SECOND, "engine", **busy)
    again = tried.record(EventType.CLAIMED, NOON + 10 * SECOND, "engine", token="t2", lease_until=NOON + MINUTE)
    sent = again.record(EventType.SENT, NOON + 11 * SECOND, "engine", provider_id="wire")
    added = additions(sent, before=0)[NUMBER]
    assert (added["claimed", ""], added[RETRIES, ""], added["attempt_failed", "TRANSIENT"]) == (2, 1, 1)
    assert added[LAG, "20000"] == 1


def test_a_rollup_adds_what_it_does_not_have() -> None:
    """A batch that is delivered again would be counted again."""
    one, two = Counter({("sent", ""): 1}), Counter({("sent", ""): 1, ("read", ""): 1})
    after = Rollup(NUMBER, "shard-1").adding({9: one, 10: two})
    assert (after.last_seq, after.counts) == (10, {("sent", ""): 2, ("read", ""): 1})
    assert after.adding({9: one, 10: two}) is after
    assert after.adding({10: two, 11: one}).counts["sent", ""] == 3


def test_sums_tell_totals_reasons_and_lags() -> None:
    """The figures on the panel would be of one reason only, or a slow hour look quick."""
    lags = {(LAG, "1000"): 6, (LAG, "5000"): 3, (LAG, "beyond"): 1, (LAG_TOTAL, ""): 7_260_000}
    told = Totals(NOON, NOON + HOUR, Counter({("queued", "B"): 2, ("queued", "A"): 1, ("sent", ""): 10, **lags}))
    assert told.total("queued") == 3
    assert list(told.by_reason("queued").items()) == [("A", 1), ("B", 2)]
    assert (told.lag(0.5), told.lag(0.9), told.lag(0.95)) == (1_000, 5_000, None)
    assert told.mean_lag == 726_000
    nothing = Totals(NOON, NOON, Counter())
    assert (nothing.total("sent"), nothing.lag(0.5), nothing.mean_lag) == (0, None, None)


def test_every_kind_of_event_is_counted() -> None:
    """A new kind would be missing in the figures, and nobody would notice."""
    lives = [make() for make in samples.STEPS.values()]
    counted = summed(additions(life, 0)[Hour(life.organization_id, hour_of(life.created_at))] for life in lives)
    happened = Counter(event.type for life in lives for event in life.timeline)
    assert {kind: sum(n for (what, _), n in counted.items() if what == kind) for kind in happened} == happened
    assert {kind.value for kind in EventType}.isdisjoint({RETRIES, LAG, LAG_TOTAL})
