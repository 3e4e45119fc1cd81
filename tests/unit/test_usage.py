"""Windows: never over the limit, never under it without need."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.policy import Policy
from chalicelib.domain.usage import Usage, Window
from chalicelib.domain.values import HOUR, MINUTE, SECOND
from tests.fakes.clock import NOON

policies = st.builds(
    lambda minute, hour, day, low, more: Policy(minute, minute + hour, minute + hour + day, low, low + more),
    st.integers(1, 6),
    st.integers(0, 20),
    st.integers(0, 30),
    st.integers(0, 4_000),
    st.integers(0, 4_000),
)
waits = st.lists(st.integers(0, 30 * MINUTE), min_size=1, max_size=60)


def _slots(policy: Policy, pauses: list[int]) -> list[int]:
    usage, now, slots = Usage("ins_1"), NOON, []
    for pause in pauses:
        now += pause
        slot = usage.slot(policy, now)
        assert slot >= now
        usage = usage.reserve(slot, policy.min_interval)
        slots.append(slot)
    return slots


@given(policies, waits)
def test_no_window_is_ever_exceeded(policy: Policy, pauses: list[int]) -> None:
    """A number that sends more than its limit in any window gets banned: it must be impossible, not unlikely."""
    slots = _slots(policy, pauses)
    spans = ((MINUTE, policy.per_minute), (HOUR, policy.per_hour), (24 * HOUR, policy.per_day))
    for span, limit in spans:
        for start in slots:
            assert sum(start <= slot < start + span for slot in slots) <= limit


@given(policies, waits)
def test_slots_never_go_back_and_keep_the_pace(policy: Policy, pauses: list[int]) -> None:
    """Two messages closer than the shortest pause look like a machine to WhatsApp."""
    slots = _slots(policy, pauses)
    assert all(later - earlier >= policy.min_interval for earlier, later in pairwise(slots))


def test_sustained_demand_gets_the_limit_per_window_plus_one_bucket() -> None:
    """A limit of 10 a minute that admits 5 would halve an operator's throughput without anybody knowing why."""
    slots = _slots(Policy(10, 1_000, 10_000, 0, 0), [0] * 40)
    assert slots[10] - slots[0] <= MINUTE + SECOND
    assert slots[30] - slots[0] <= 3 * (MINUTE + SECOND)


@given(waits)
def test_giving_back_undoes_reserving(pauses: list[int]) -> None:
    """A slot that is not used must return, or a day of pauses would eat the day's limit."""
    policy = Policy(5, 50, 500, 0, 0)
    usage, now = Usage("ins_1"), NOON
    for pause in pauses:
        now += pause
        before = usage
        slot = usage.slot(policy, now)
        usage = usage.reserve(slot, 0)
        returned = usage.give_back(slot)
        for window, older in zip((returned.minute, returned.hour), (before.minute, before.hour), strict=True):
            assert window.used(slot) == older.used(slot)


def test_giving_back_a_slot_that_has_left_changes_nothing() -> None:
    """A late return must not free capacity that other messages are using."""
    window = Window(SECOND, 60).add(NOON).add(NOON + 2 * MINUTE)
    assert window.remove(NOON) == window
    assert window.remove(NOON + 10 * MINUTE) == window


def test_the_minute_is_free_again_as_its_oldest_leaves() -> None:
    """The Gate must name the moment at which the next message may go, not a guess."""
    window = Window(SECOND, 60)
    for second in range(3):
        window = window.add(NOON + second * SECOND)
    assert window.free_at(NOON + 10 * SECOND, 3) == NOON + 61 * SECOND
    assert window.free_at(NOON + 10 * SECOND, 4) == NOON + 10 * SECOND
