"""Limits under a crowd: fifty ask the real Gate about one number at once, on a table that knows who was first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.policy import Policy
from chalicelib.domain.values import Purpose
from tests.concurrency.admission import crowd, most_in_an_hour

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.concurrency.admission import Crowd

LIMIT, SHARE, EACH = 30, 20, 1
NOT_FOR_REPLIES = LIMIT * (100 - SHARE) // 100


@pytest.fixture(scope="module")
def deciders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """All fifty."""
    with crowd(tmp_path_factory.mktemp("crowd")) as deciders:
        yield deciders


def policy(reply_share: int) -> Policy:
    """Thirty an hour, as fast as they come."""
    return Policy(LIMIT, LIMIT, per_day=100_000, min_interval=0, max_interval=0, reply_share=reply_share)


def test_the_share_of_replies_is_theirs_alone(deciders: Crowd) -> None:
    """A campaign would keep a customer waiting who asked something; or replies would break the limit."""
    organization_id = deciders.admit(policy(SHARE))
    campaign = deciders.decide(organization_id, [Purpose.DISPATCH], EACH, 0)
    assert len(campaign.slots) == NOT_FOR_REPLIES
    replies = deciders.decide(organization_id, [Purpose.REPLY], EACH, 0)
    assert len(replies.slots) == LIMIT - NOT_FOR_REPLIES


@pytest.mark.long
def test_exactly_the_limit_gets_out(deciders: Crowd) -> None:
    """A number would send more than it may, and be banned for it; or less, and a campaign would take longer."""
    organization_id, slots = deciders.admit(policy(0)), list[int]()
    for hour in range(3):
        work = deciders.decide(organization_id, [Purpose.DISPATCH], EACH, hour)
        assert len(work.slots) == LIMIT
        slots += work.slots
    assert most_in_an_hour(slots) == LIMIT


@pytest.mark.long
def test_campaigns_and_replies_at_once_share_one_limit(deciders: Crowd) -> None:
    """Each kind by itself would keep to the limit, and both together would break it."""
    organization_id = deciders.admit(policy(SHARE))
    work = deciders.decide(organization_id, [Purpose.DISPATCH, Purpose.REPLY], 2 * EACH, 0)
    assert len(work.slots) == LIMIT
    assert work.replies >= LIMIT - NOT_FOR_REPLIES
