"""What a number has reserved: never over a limit, never under it without need, and always room for replies."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.limits import Limits, limits_at
from chalicelib.domain.policy import Policy
from chalicelib.domain.usage import HORIZON, Usage
from chalicelib.domain.values import HOUR, MINUTE, SECOND
from tests.fakes.clock import NOON
from tests.fakes.numbers import an_instance

policies = st.builds(
    lambda minute, hour, day, low, more, share: Policy(
        minute, minute + hour, minute + hour + day, low, low + more, reply_share=share
    ),
    st.integers(1, 6),
    st.integers(0, 20),
    st.integers(0, 30),
    st.integers(0, 4_000),
    st.integers(0, 4_000),
    st.integers(0, 50),
)
waits = st.lists(st.integers(0, 30 * MINUTE), min_size=1, max_size=60)
mixed = st.lists(st.tuples(st.integers(0, 5 * MINUTE), st.booleans()), min_size=1, max_size=80)


def _limits(policy: Policy) -> Limits:
    return limits_at(policy, an_instance(), NOON)


def _slots(policy: Policy, pauses: list[int]) -> list[int]:
    usage, now, slots = Usage("ins_1"), NOON, []
    for pause in pauses:
        now += pause
        slot = usage.free_at(now, _limits(policy))
        assert slot >= now
        usage = usage.reserve(slot, policy.min_interval)
        slots.append(slot)
    return slots


@given(policies, mixed)
def test_no_window_is_ever_exceeded(policy: Policy, wishes: list[tuple[int, bool]]) -> None:
    """A number that sends more than its limit in any window gets banned: it must be impossible, not unlikely."""
    usage, now, limits = Usage("ins_1"), NOON, _limits(policy)
    slots: list[tuple[int, bool]] = []
    for pause, reply in wishes:
        now += pause
        slot = usage.free_at(now, limits, reply=reply)
        if slot > now + HORIZON:
            continue
        usage = usage.reserve(slot, policy.min_interval, reply=reply)
        slots.append((slot, reply))
    for span, limit in ((MINUTE, policy.per_minute), (HOUR, policy.per_hour), (24 * HOUR, policy.per_day)):
        for start, _ in slots:
            inside = [reply for slot, reply in slots if start <= slot < start + span]
            assert len(inside) <= limit
            assert inside.count(False) <= limit - limit * policy.reply_share // 100


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


def test_a_campaign_cannot_keep_a_reply_waiting() -> None:
    """A customer who asks something would wait for thousands of advertisements to leave first."""
    policy = Policy(10, 100, 1_000, 5_000, 5_000, reply_share=20)
    usage, limits = Usage("ins_1"), _limits(policy)
    while (slot := usage.free_at(NOON, limits)) <= NOON + HORIZON:
        usage = usage.reserve(slot, policy.min_interval)
    assert usage.free_at(NOON, limits, reply=True) == NOON


def test_replies_may_use_the_whole_of_a_window() -> None:
    """A number that only answers people would be held to a fifth of what it may send."""
    policy, usage = Policy(10, 100, 1_000, 0, 0, reply_share=20), Usage("ins_1")
    for _ in range(10):
        slot = usage.free_at(NOON, _limits(policy), reply=True)
        assert slot == NOON
        usage = usage.reserve(slot, 0, reply=True)
    assert usage.free_at(NOON, _limits(policy), reply=True) > NOON


@given(waits)
def test_giving_back_undoes_reserving(pauses: list[int]) -> None:
    """A slot that is not used must return, with its place in the pace, or parallel twins would slow a number down."""
    policy = Policy(5, 50, 500, 3_000, 3_000)
    usage, now = Usage("ins_1"), NOON
    for pause in pauses:
        now += pause
        before = usage.free_at(now, _limits(policy))
        usage = usage.reserve(before, policy.min_interval)
        returned = usage.give_back(before)
        assert returned.free_at(now, _limits(policy)) == before


@given(st.integers(1, 40), st.integers(0, 5 * SECOND))
def test_the_share_of_replies_outlives_slots_that_come_back(many: int, later: int) -> None:
    """After a pause that is soon over, a campaign would use up what is kept for answers."""
    policy = Policy(20, 1_000, 10_000, 3_000, 3_000, reply_share=50)
    usage, limits, slots = Usage("ins_1"), _limits(policy), []
    for _ in range(many):
        if (slot := usage.free_at(NOON, limits)) <= NOON + HORIZON:
            usage = usage.reserve(slot, policy.min_interval)
            slots.append(slot)
    for slot in reversed(slots):
        usage = usage.give_back(slot)
    again: list[int] = []
    for _ in range(40):
        slot = usage.free_at(NOON + later, limits)
        usage = usage.reserve(slot, 0)
        again.append(slot)
    assert all(sum(start <= slot < start + MINUTE for slot in again) <= limits.paced_minute for start in again)
