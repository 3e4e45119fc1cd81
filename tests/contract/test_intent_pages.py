"""Lists of intents: each shown once, newest first, to nobody but their owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.listing import IntentFilter
from chalicelib.domain.status import Status
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.intent import Intent
    from tests.contract.conftest import Store

STEPS: list[Callable[[int], Intent]] = [
    samples.pending,
    samples.parked,
    samples.approved,
    samples.sending,
    samples.unconfirmed,
    samples.failed,
    samples.sent,
]


def walk(store: Store, status: Status | None, limit: int) -> list[Intent]:
    """Every intent of the organization, page by page."""
    found: list[Intent] = []
    after: str | None = None
    for _ in range(50):
        page = store.intents.page(samples.ORGANIZATION, IntentFilter(status=status), after, limit)
        assert len(page.intents) <= limit
        found.extend(page.intents)
        after = page.after
        if after is None:
            return found
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 100])
def test_every_intent_is_listed_once_newest_first(store: Store, limit: int) -> None:
    """An operator who pages through a list would miss a message or count it twice."""
    intents = [samples.pending(number, at=NOON + number // 2) for number in range(6)]
    for intent in intents:
        store.intents.create(intent)
    assert walk(store, None, limit) == intents[::-1]


def test_an_empty_list_ends_at_once(store: Store) -> None:
    """A new organization's first page would offer a next one."""
    assert walk(store, None, 10) == []


def test_another_organization_is_not_in_the_list(store: Store) -> None:
    """A customer would see a competitor's recipients."""
    mine = samples.pending(1)
    for intent in (mine, samples.pending(2, organization_id=samples.ANOTHER_ORGANIZATION)):
        store.intents.create(intent)
    assert walk(store, None, 10) == [mine]


@pytest.mark.parametrize(
    "status",
    [Status.PENDING, Status.QUEUED, Status.APPROVED, Status.SENDING, Status.UNCONFIRMED, Status.FAILED, Status.SENT],
)
@pytest.mark.parametrize("limit", [1, 10])
def test_a_filter_shows_exactly_one_status(store: Store, status: Status, limit: int) -> None:
    """An operator who asks for what failed would overlook some, or retry what was delivered."""
    intents = [step(number) for number, step in enumerate(STEPS * 2, start=1)]
    for intent in intents:
        store.intents.create(intent)
    expected = [intent for intent in intents if intent.status is status]
    assert len(expected) == 2
    assert walk(store, status, limit) == expected[::-1]


def test_a_list_shows_each_intent_as_it_is_now(store: Store) -> None:
    """The list would say "approved" about a message that the detail page calls "sent"."""
    store.intents.create(samples.approved())
    store.intents.save(samples.sending(), samples.approved().version)
    store.intents.save(samples.sent(), samples.sending().version)
    assert walk(store, None, 10) == [samples.sent()]
    assert walk(store, Status.APPROVED, 10) == []
