"""What another policy would have done: the real Gate on real intents, with nothing written."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.contact import Contact
from chalicelib.domain.instance import JournalEntry, JournalType, Lifecycle
from chalicelib.domain.intent import Intent
from chalicelib.domain.organization import Organization
from chalicelib.domain.policy import OnDuplicate, OnUnconfirmed, Policy
from chalicelib.domain.preference import OptOut, Preference
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.quiet import QuietHours
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, HOUR, MINUTE, Origin, Purpose, Reason
from chalicelib.domain.whatif.recorded import Recorded, known_at, recorded
from chalicelib.domain.whatif.replay import idle, replayed
from chalicelib.domain.whatif.report import Comparison, Fate, compare, delays, leaving, report
from chalicelib.domain.whatif.rules import of_the_time, policy_in
from tests.fakes.clock import NOON
from tests.fakes.numbers import FAST, ORGANIZATION
from tests.fakes.views import a_view, an_intent

FOREVER = NOON + 1_000 * DAY
HOURLY = Policy(per_minute=10, per_hour=10, per_day=1_000, min_interval=1_000, max_interval=2_000)


def arrived(number: int, at: int, purpose: Purpose = Purpose.DISPATCH, **changes: object) -> Intent:
    """An intent accepted at an instant, for somebody of its own."""
    asked = an_intent(purpose, name=f"int_{number}", **changes)
    return Intent(asked.id, ORGANIZATION, asked.request).record(EventType.ACCEPTED, at, "client key_1")


def records(*intents: Intent) -> list[Recorded]:
    """What the record says of intents whose recipients nobody knew."""
    return [recorded(one, Contact(f"con_{one.id}", ORGANIZATION), FOREVER) for one in intents]


def fates(policy: Policy, said: list[Recorded], *names: str) -> dict[str, Fate]:
    """What becomes of recorded intents under a policy."""
    view = idle(a_view(*(names or ("ins_1",)), policy=policy))
    return replayed(view, said, lambda _at: view.organization)


def compared(actual: Policy, proposed: Policy, said: list[Recorded]) -> Comparison:
    """Both policies on the same intents."""
    before = fates(actual, said)
    return compare(report(before.values()), leaving(before), fates(proposed, said))


def test_a_lower_limit_makes_the_same_messages_wait() -> None:
    """An operator who wants to be careful must learn what it costs before customers do."""
    said = records(*(arrived(number, NOON + number) for number in range(30)))
    result = compared(FAST, HOURLY, said)
    assert (result.actual.at_once, result.actual.waited) == (30, 0)
    assert (result.proposed.at_once, result.proposed.waited, result.proposed.waiting) == (10, 20, 0)
    assert result.proposed.waits == {Reason.RATE_LIMIT: 20}
    assert result.added.p50 > 50 * MINUTE
    assert result.added.p95 > 110 * MINUTE
    assert (result.stopped, result.freed) == (0, 0)


def test_quiet_hours_move_a_campaign_into_the_morning() -> None:
    """What would this have done to last night's campaign: the question what-if is for."""
    said = records(*(arrived(number, NOON, origin=Origin.CAMPAIGN) for number in range(5)))
    night = replace(FAST, quiet=QuietHours(22 * 60, 9 * 60))  # the tests' noon is five in the morning there
    result = compared(FAST, night, said)
    assert result.proposed.waits == {Reason.QUIET_HOURS: 5}
    assert result.added.p50 == 4 * HOUR


def test_what_no_policy_decides_stays_as_it_was() -> None:
    """A comparison that lets opted-out people be written to would promise deliveries that can never be."""
    refused = arrived(1, NOON).record(EventType.BLOCKED, NOON, "gate", reason=Reason.OPTED_OUT, trace=[])
    held = arrived(2, NOON).record(
        EventType.QUEUED, NOON, "gate", reason=Reason.INSTANCE_DISCONNECTED, until=None, parked_on="ins_1", trace=[]
    )
    back = held.record(
        EventType.APPROVED, NOON + HOUR, "gate", instance_id="ins_1", not_before=NOON + HOUR, not_after=NOON + DAY
    )
    still = arrived(3, NOON).record(
        EventType.QUEUED, NOON, "gate", reason=Reason.OPS_PAUSED, until=None, parked_on="ins_1", trace=[]
    )
    found = fates(FAST, records(refused, back, still))
    assert (found["int_1"].status, found["int_1"].reason) == (Status.BLOCKED, Reason.OPTED_OUT)
    assert found["int_2"].leaves_at == NOON + HOUR
    assert (found["int_3"].status, found["int_3"].reason) == (Status.QUEUED, Reason.OPS_PAUSED)


def test_what_came_later_is_not_known_before() -> None:
    """Somebody who opted out this morning was no reason to refuse a message of last night."""
    wish = Preference(OptOut.ALL, NOON + HOUR, "contact", "m")
    contact = Contact("con_1", ORGANIZATION, preference=wish, inbound={"ins_1": NOON - DAY, "ins_2": NOON + HOUR})
    then = known_at(contact, NOON)
    assert (then.preference, dict(then.inbound)) == (None, {"ins_1": NOON - DAY})
    assert known_at(contact, NOON + DAY) == contact


def test_each_instant_has_the_policy_of_its_time() -> None:
    """A week in which the policy changed twice would be judged by its last day."""
    first, second, third = FAST, HOURLY, CONSERVATIVE
    begun = Organization(ORGANIZATION, "Loja", "pt-BR", "America/Sao_Paulo", first)
    changed = begun.with_policy(second, "client key_1", NOON).with_policy(third, "client key_1", NOON + HOUR)
    other = JournalEntry(NOON + 2, JournalType.RESUMED, "client key_1")
    stored = [replace(entry, data=json.loads(json.dumps(entry.data))) for entry in (*changed.news, other)]
    rules_at = of_the_time(changed, stored[::-1])
    held = [rules_at(at).policy for at in (NOON - 1, NOON, NOON + HOUR - 1, NOON + HOUR, NOON + DAY)]
    assert held == [first, second, second, third, third]
    assert of_the_time(changed, [other])(NOON).policy == third


def test_a_policy_from_before_a_rule_existed_has_that_rule_off() -> None:
    """A question about a week in which the software changed would never be answered."""
    facts = {"per_minute": 5, "per_hour": 50, "per_day": 500, "min_interval": 0, "max_interval": 0, "gone": 1}
    assert policy_in(facts) == Policy(5, 50, 500, 0, 0)
    assert policy_in({**facts, "quiet": {"start": 0, "end": 60}}).quiet == QuietHours(0, 60)
    chosen = policy_in({**facts, "on_duplicate": "wait", "on_unconfirmed": "resend"})
    assert (chosen.on_duplicate, chosen.on_unconfirmed) == (OnDuplicate.WAIT, OnUnconfirmed.RESEND)


def test_numbers_that_never_sent_are_on_neither_side() -> None:
    """A number that nobody connected would carry a third of a week's messages in a comparison."""
    view = a_view("ins_1", "ins_2", "ins_3")
    numbers = dict(view.instances)
    numbers["ins_2"] = replace(numbers["ins_2"], lifecycle=Lifecycle.CREATED)
    numbers["ins_3"] = replace(numbers["ins_3"], lifecycle=Lifecycle.BANNED)
    assert set(idle(replace(view, instances=numbers)).instances) == {"ins_1"}


@pytest.mark.parametrize(
    ("waits", "expected"), [([], (0, 0)), ([7], (7, 7)), (list(range(1, 101)), (50, 95)), ([-5, 5], (-5, 5))]
)
def test_percentiles_are_values_that_occurred(waits: list[int], expected: tuple[int, int]) -> None:
    """A made-up figure between two real ones explains nobody's wait."""
    found = delays(waits)
    assert (found.p50, found.p95) == expected


streams = st.lists(
    st.tuples(st.integers(0, 10 * MINUTE), st.sampled_from([Purpose.DISPATCH, Purpose.REPLY]), st.booleans()),
    max_size=40,
)


@given(streams, st.integers(1, 5), st.integers(0, 10))
@settings(max_examples=60)
def test_nothing_is_lost_and_the_same_policy_changes_nothing(
    stream: list[tuple[int, Purpose, bool]], minute: int, more: int
) -> None:
    """A comparison that loses messages, or finds a difference where there is none, decides for the wrong policy."""
    policy, at, intents = Policy(minute, minute + more, minute + 2 * more + 5, 500, 3_000, reply_share=20), NOON, []
    for number, (pause, purpose, campaign) in enumerate(stream):
        at += pause
        origin = Origin.CAMPAIGN if campaign else Origin.API
        intents.append(arrived(number, at, purpose, origin=origin, expires_at=at + 3 * HOUR))
    said = records(*intents)
    result = compared(policy, policy, said)
    assert result.actual == result.proposed
    assert (result.added.p50, result.added.p95, result.stopped, result.freed) == (0, 0, 0, 0)
    told = result.actual
    assert told.at_once + told.waited + told.waiting + told.blocked + told.dropped == len(intents)
