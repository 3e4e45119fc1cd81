"""Counts of the newest messages: complete as far as they say they are."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.listing import IN_FLIGHT, IntentRow
from chalicelib.domain.status import Status
from chalicelib.domain.tally import APPROVED, tally
from chalicelib.domain.values import DAY, HOUR, MINUTE, Purpose, Reason

NOW = 1_800_000_000_000
CLASSES = [IN_FLIGHT, *(status for status in Status if status not in {"PENDING", "APPROVED", "SENDING"})]


def row(age: int, status_class: str = Status.SENT, reason: str | None = None, lag: int | None = None) -> IntentRow:
    """A row of a message accepted ``age`` ms ago."""
    return IntentRow(f"int_{age}", NOW - age, status_class, reason, None, Purpose.DISPATCH, lag)


def test_what_was_sent_waits_or_failed() -> None:
    """The first page's figures are what an operator acts on in the morning."""
    rows = [
        row(1, IN_FLIGHT),
        row(2, Status.QUEUED, Reason.RATE_LIMIT),
        row(3, Status.SENT, lag=300),
        row(4, Status.BLOCKED, Reason.OPTED_OUT),
        row(5, Status.UNCONFIRMED),
        row(6, Status.DROPPED, "EXPIRED"),
        row(7, IN_FLIGHT),
    ]
    counts = tally(rows, 100, NOW - HOUR, NOW)
    assert (counts.sent, counts.waiting, counts.in_flight, counts.exceptions) == (1, 1, 2, 2)
    assert counts.whole
    assert counts.oldest_in_flight == NOW - 7
    assert counts.reasons == {APPROVED: 4, Reason.RATE_LIMIT: 1, Reason.OPTED_OUT: 1, "EXPIRED": 1}


def test_counts_say_from_when_they_are_complete() -> None:
    """A count of the newest two hundred that calls itself "today" is wrong on exactly the busy days."""
    rows = [row(age * MINUTE) for age in range(10)]
    partial = tally(rows, 10, NOW - HOUR, NOW)
    assert not partial.whole
    assert partial.since == NOW - 9 * MINUTE
    assert tally(rows, 11, NOW - HOUR, NOW).whole


def test_reasons_say_from_when_they_are_counted() -> None:
    """On a busy day the newest two hundred are minutes: "the last hour" would hide most of what was refused."""
    rows = [row(age * MINUTE, Status.BLOCKED, Reason.OPTED_OUT) for age in range(90)]
    assert tally(rows, 100, NOW - DAY, NOW).reasons_since == NOW - HOUR
    assert tally(rows[:10], 10, NOW - DAY, NOW).reasons_since == NOW - 9 * MINUTE
    assert tally(rows[:10], 10, NOW - 5 * MINUTE, NOW).reasons == {Reason.OPTED_OUT: 10}


def test_older_messages_do_not_count() -> None:
    """Yesterday's failures must not be looked for today; how long today's took must not be drowned in them."""
    rows = [row(1, lag=100), row(2 * HOUR, Status.FAILED), row(3 * HOUR, lag=90_000)]
    counts = tally(rows, 100, NOW - HOUR, NOW)
    assert (counts.sent, counts.exceptions, counts.lag(0.95)) == (1, 0, 100)


def test_what_waits_counts_whenever_it_came() -> None:
    """What was parked yesterday still waits this morning: a zero there hides it from whoever could let it go."""
    counts = tally([row(1), row(20 * HOUR, Status.QUEUED, Reason.OPS_PAUSED)], 100, NOW - HOUR, NOW)
    assert counts.waiting == 1


def test_shares_of_waits() -> None:
    """The median of one slow and many fast sends is fast; the 95 % are not, and nothing sent has no wait at all."""
    counts = tally([row(age, lag=9_000 if age == 1 else 100) for age in range(1, 11)], 100, NOW - HOUR, NOW)
    assert (counts.lag(0.5), counts.lag(0.95)) == (100, 9_000)
    assert tally([], 100, NOW - HOUR, NOW).lag(0.5) is None


@given(st.lists(st.builds(row, st.integers(0, 3 * HOUR), st.sampled_from(CLASSES))), st.integers(1, 30))
def test_every_counted_row_counts_once(rows: list[IntentRow], looked_at: int) -> None:
    """A message that is in no count, or in two, makes the figures disagree with the list behind them."""
    newest = sorted(rows, key=lambda one: -one.created_at)[:looked_at]
    counts = tally(newest, looked_at, NOW - HOUR, NOW)
    assert sum(counts.classes.values()) == len([one for one in newest if one.created_at >= counts.since])


def test_one_numbers_counts_are_as_complete_as_what_was_looked_at() -> None:
    """A quiet number beside a busy one would claim to be complete since midnight while its rows were never read."""
    rows = [replace(row(age * MINUTE), instance_id="ins_2" if age else "ins_1") for age in range(10)]
    counts = tally(rows, 10, NOW - HOUR, NOW, "ins_1")
    assert (counts.sent, counts.whole, counts.since) == (1, False, NOW - 9 * MINUTE)
