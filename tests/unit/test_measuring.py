"""What the bench counts with: a figure that is computed wrongly is believed all the same."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.bench.calls import Call, longest_chain
from tests.bench.prices import Work, usd_kept


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], 0),
        ([(0, 1)], 1),
        ([(0, 1), (0, 1), (0, 1)], 1),  # side by side
        ([(0, 1), (1, 2), (2, 3)], 3),  # one after the other
        ([(0, 1), (0.5, 1.5), (1, 2)], 2),  # the one in the middle overlaps with both
        ([(0, 10), (0, 1), (2, 3), (4, 5)], 3),  # a slow one beside three quick ones
        ([(4, 5), (0, 1), (2, 3)], 3),  # noted in another order
    ],
)
def test_only_what_waits_for_something_else_makes_a_chain_longer(
    spans: list[tuple[float, float]], expected: int
) -> None:
    """Calls side by side would look slow, or those that wait for each other quick."""
    chain = longest_chain([Call("GetItem", *span) for span in spans])
    assert len(chain) == expected
    assert all(after.began >= before.ended for before, after in pairwise(chain))


@pytest.mark.parametrize(
    ("work", "usd"),
    [
        (Work(), 0.0),
        (Work(requests=1), 3.5),
        (Work(writes=10, reads=4), 6.75),
        (Work(queue_requests=3), 1.5),
        (Work(processor=0.01), 0.2358678),  # ten milliseconds of a whole processor, which comes with 1.769 GB
        (Work(waiting=0.1 * 0.5), 0.66667),  # a tenth of a second at 512 MB
        (Work(log_bytes=1_000), 0.4656613),
        (Work(invocations=1), 0.2 + 0.2095476),  # Lambda's own lines are paid for, too
    ],
)
def test_a_million_costs_what_the_list_says(work: Work, usd: float) -> None:
    """A wrong factor would hide what is dear."""
    assert work.usd_per_million == pytest.approx(usd, rel=1e-6)


def test_works_add_up() -> None:
    """What is forgotten in a sum costs nothing."""
    one = Work(*range(1, 9))
    assert one + one == one.times(2)
    assert (one + one).usd == pytest.approx(2 * one.usd)


def test_what_is_kept_costs_by_the_month() -> None:
    """A gigabyte for a month: what it takes, and what it takes to go back in time."""
    assert usd_kept(1024**3, 3) == pytest.approx(3 * 0.45)
