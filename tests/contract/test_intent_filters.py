"""Filters of lists: whatever index serves one, it shows exactly what fits."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.intent import Intent, fold
from chalicelib.domain.listing import EXCEPTIONS, REASONS, IntentFilter, position, row_of
from chalicelib.domain.outcome import FailureClass
from chalicelib.domain.status import Status
from chalicelib.domain.values import Purpose, Reason, Target, TargetKind
from tests.contract import samples
from tests.contract.conftest import dynamo_intents
from tests.fakes.clock import NOON
from tests.fakes.intents import FakeIntents

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Table
    from chalicelib.application.ports.intents import Intents
    from tests.contract.conftest import Store

ANOTHER_NUMBER = samples.an_id("ins", 2)
EXTERNAL_IDS = ["pedido 7", 'ção "7"', "x" * 128]
# The first two are one person.
PHONES = ["+5511987654321", "+551187654321", "+14155550123"]
TARGETS = [
    *(Target(TargetKind.PHONE, phone) for phone in PHONES),
    Target(TargetKind.GROUP, "120363041234567890@g.us"),
]
NUMBERS = count(1)

FILTERS = st.builds(
    IntentFilter,
    status=st.none() | st.sampled_from(Status),
    purpose=st.none() | st.sampled_from(Purpose),
    instance_id=st.none() | st.sampled_from([samples.INSTANCE, ANOTHER_NUMBER]),
    reason=st.none() | st.sampled_from(["INSTANCE_DISCONNECTED", "RATE_LIMIT", "RECIPIENT_INVALID"]),
    target=st.none() | st.sampled_from(TARGETS),
    external_id=st.none() | st.none() | st.sampled_from(EXTERNAL_IDS),
    created_from=st.none() | st.integers(NOON - 1, NOON + 4),
    created_to=st.none() | st.integers(NOON - 1, NOON + 4) | st.just(10**15),
    exceptions=st.booleans(),
)


def an_intent(  # noqa: PLR0913 - everything a filter can tell apart
    step: str = "pending",
    *,
    organization_id: str = samples.ORGANIZATION,
    after: int = 0,
    purpose: Purpose = Purpose.DISPATCH,
    pinned: str | None = None,
    external_id: str | None = None,
    target: Target = TARGETS[0],
) -> Intent:
    """A new intent at a step of its way, accepted ``after`` noon (ms)."""
    like = samples.STEPS[step]()
    request = replace(
        like.request,
        purpose=purpose,
        external_id=external_id,
        target=target,
        instance_id=(like.instance_id or pinned) if pinned else None,
    )
    blank = Intent(samples.an_id("int", next(NUMBERS)), organization_id, request)
    return fold(blank, (replace(event, at=event.at + after) for event in like.timeline))


WISHES = st.fixed_dictionaries(
    {
        "step": st.sampled_from(sorted(samples.STEPS)),
        "after": st.integers(0, 3),
        "purpose": st.sampled_from(Purpose),
        "pinned": st.none() | st.sampled_from([samples.INSTANCE, ANOTHER_NUMBER]),
        "external_id": st.none() | st.sampled_from(EXTERNAL_IDS),
        "target": st.sampled_from(TARGETS),
    }
)


def walk(intents: Intents, organization_id: str, wanted: IntentFilter, limit: int) -> list[str]:
    """Ids of everything that a filter shows, page by page."""
    found: list[str] = []
    after: str | None = None
    for _ in range(50):
        page = intents.page(organization_id, wanted, after, limit)
        assert len(page.intents) <= limit
        found += [intent.id for intent in page.intents]
        after = page.after
        if after is None:
            return found
    raise AssertionError("the list does not end")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wishes=st.lists(WISHES, max_size=12),
    filters=st.lists(FILTERS, min_size=1, max_size=6),
    limit=st.integers(1, 5),
    longest_look=st.integers(1, 8),
)
def test_the_table_and_the_fake_show_exactly_what_fits(
    table: Table, wishes: list[dict[str, object]], filters: list[IntentFilter], limit: int, longest_look: int
) -> None:
    """An operator who filters would overlook what needs a hand, or act on what does not."""
    organization_id = samples.an_id("org", next(NUMBERS))
    stores: list[Intents] = [dynamo_intents(table, longest_look), FakeIntents(longest_look)]
    stored = [an_intent(organization_id=organization_id, **wish) for wish in wishes]  # type: ignore[arg-type]  # as drawn
    for store in stores:
        for intent in stored:
            store.create(intent)
    newest_first = sorted(stored, key=position, reverse=True)
    for wanted in filters:
        expected = [intent.id for intent in newest_first if wanted.matches(intent)]
        assert [walk(store, organization_id, wanted, limit) for store in stores] == [expected, expected]
    rows = tuple(row_of(intent) for intent in newest_first)
    assert [store.rows(organization_id, 10) for store in stores] == [rows[:10], rows[:10]]


@given(st.sampled_from(sorted(samples.STEPS)), WISHES)
def test_a_filter_made_of_an_intent_shows_it(step: str, wish: dict[str, object]) -> None:
    """A filter could fit nothing at all, and every comparison with it would still agree."""
    intent = an_intent(**{**wish, "step": step})  # type: ignore[arg-type]  # as drawn
    request = intent.request
    wanted = IntentFilter(
        status=intent.status,
        purpose=request.purpose,
        instance_id=intent.instance_id or request.instance_id,
        reason=intent.reason,
        target=request.target,
        external_id=request.external_id,
        created_from=intent.created_at,
        created_to=intent.created_at + 1,
        exceptions=intent.status in EXCEPTIONS,
    )
    assert wanted.matches(intent)
    assert intent.reason is None or intent.reason in REASONS


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (IntentFilter(purpose=Purpose.REPLY), [2]),
        (IntentFilter(instance_id=samples.INSTANCE), [0, 1]),
        (IntentFilter(instance_id=ANOTHER_NUMBER), [2]),
        (IntentFilter(reason=FailureClass.RECIPIENT_INVALID), [1]),
        (IntentFilter(reason=Reason.INSTANCE_DISCONNECTED), []),
        (IntentFilter(target=TARGETS[1]), [0, 1]),
        (IntentFilter(target=TARGETS[2]), [2]),
        (IntentFilter(external_id="a"), [0, 2]),
        (IntentFilter(external_id="a", purpose=Purpose.DISPATCH), [0]),
        (IntentFilter(external_id="A"), []),
        (IntentFilter(exceptions=True), [1]),
        (IntentFilter(status=Status.FAILED), [1]),
        (IntentFilter(status=Status.SENT, exceptions=True), []),
        (IntentFilter(created_from=NOON + 1, created_to=NOON + 2), [1]),
        (IntentFilter(created_from=NOON + 2, created_to=NOON + 2), []),
        (IntentFilter(created_from=NOON + 3), []),
        (IntentFilter(created_to=NOON), []),
    ],
)
def test_each_filter_by_example(store: Store, wanted: IntentFilter, expected: list[int]) -> None:
    """A word of the grammar would mean something else than its name says."""
    intents = [
        an_intent("approved", external_id="a"),
        an_intent("failed", after=1, target=TARGETS[1]),
        an_intent("pending", after=2, external_id="a", purpose=Purpose.REPLY, pinned=ANOTHER_NUMBER, target=TARGETS[2]),
    ]
    for intent in [*intents, an_intent(organization_id=samples.ANOTHER_ORGANIZATION, external_id="a")]:
        store.intents.create(intent)
    shown = walk(store.intents, samples.ORGANIZATION, wanted, 2)
    assert shown == [intents[number].id for number in reversed(expected)]


def test_an_exception_that_was_settled_leaves_the_list(store: Store) -> None:
    """What a receipt proved to be delivered would be looked into, or sent again."""
    before, after = samples.unconfirmed(), samples.sent()
    store.intents.create(before)
    assert walk(store.intents, samples.ORGANIZATION, IntentFilter(exceptions=True), 5) == [before.id]
    store.intents.save(after, before.version)
    assert walk(store.intents, samples.ORGANIZATION, IntentFilter(exceptions=True), 5) == []


@pytest.fixture(params=["fake", "dynamodb"])
def hasty(request: pytest.FixtureRequest) -> Intents:
    """Intents of which a page looks at ten entries."""
    return FakeIntents(10) if request.param == "fake" else dynamo_intents(request.getfixturevalue("table"), 10)


def test_a_search_that_finds_little_says_how_far_it_looked(hasty: Intents) -> None:
    """An operator would take "nothing found so far" for "there is nothing"."""
    old = an_intent("failed", purpose=Purpose.REPLY)
    for intent in [old, *(an_intent("failed", after=number) for number in range(1, 25))]:
        hasty.create(intent)
    wanted, after, seen = IntentFilter(exceptions=True, purpose=Purpose.REPLY), None, []
    for _ in range(3):
        page = hasty.page(samples.ORGANIZATION, wanted, after, 5)
        after = page.after
        seen.append((page.searched_until, len(page.intents)))
    assert seen == [(NOON + 15, 0), (NOON + 5, 0), (None, 1)]
    assert after is None


@pytest.mark.parametrize("wanted", [IntentFilter(), IntentFilter(exceptions=True), IntentFilter(external_id="a")])
def test_the_last_page_is_known_as_such(store: Store, wanted: IntentFilter) -> None:
    """A list would offer to go on, and then show an empty page."""
    for number in range(4):
        store.intents.create(an_intent("failed", after=number, external_id="a"))
    pages = [store.intents.page(samples.ORGANIZATION, wanted, None, limit) for limit in (3, 4, 5)]
    assert [(len(page.intents), page.after is None) for page in pages] == [(3, False), (4, True), (4, True)]


def test_a_full_page_does_not_speak_of_its_search(hasty: Intents) -> None:
    """A list with more to show would look as if it were broken off."""
    for number in range(25):
        hasty.create(an_intent("failed", after=number))
    for limit in (3, 9, 10):
        page = hasty.page(samples.ORGANIZATION, IntentFilter(exceptions=True), None, limit)
        assert (len(page.intents), page.searched_until) == (limit, None)
        assert page.after == position(page.intents[-1])


@pytest.mark.parametrize("wanted", [IntentFilter(), IntentFilter(exceptions=True), IntentFilter(external_id="a")])
def test_what_is_newer_is_counted(store: Store, wanted: IntentFilter) -> None:
    """A list would not say that it is no longer the newest, or promise news that are none."""
    intents = [an_intent("failed", after=number, external_id="a") for number in range(5)]
    for intent in [*intents, an_intent(after=9, organization_id=samples.ANOTHER_ORGANIZATION)]:
        store.intents.create(intent)
    counted = [store.intents.count_newer(samples.ORGANIZATION, wanted, position(intent)) for intent in intents]
    assert counted == [4, 3, 2, 1, 0]
    assert store.intents.count_newer(samples.ORGANIZATION, wanted, position(intents[0]), limit=2) == 2


def test_only_what_may_fit_is_counted_as_newer(store: Store) -> None:
    """Whoever watches the failures would be called for every message that goes well."""
    first = an_intent("failed")
    for intent in [first, an_intent("sent", after=1), an_intent("failed", after=2)]:
        store.intents.create(intent)
    assert store.intents.count_newer(samples.ORGANIZATION, IntentFilter(status=Status.FAILED), position(first)) == 1
    assert store.intents.count_newer(samples.ORGANIZATION, IntentFilter(status=Status.SENT), position(first)) == 1
    assert store.intents.count_newer(samples.ORGANIZATION, IntentFilter(created_to=NOON), position(first)) == 0


def test_rows_are_the_newest(store: Store) -> None:
    """The overview would count yesterday's messages as today's."""
    intents = [an_intent("sent", after=number) for number in range(4)]
    for intent in intents:
        store.intents.create(intent)
    rows = store.intents.rows(samples.ORGANIZATION, 3)
    assert [row.id for row in rows] == [intent.id for intent in intents[:0:-1]]
    assert [position(row) for row in rows] == [position(intent) for intent in intents[:0:-1]]
    assert store.intents.rows(samples.ANOTHER_ORGANIZATION, 3) == ()
