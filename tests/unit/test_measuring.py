"""What the bench counts with: a figure that is computed wrongly is believed all the same."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.bench.calls import Call, longest_chain


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
