"""A message's story in words: complete, in both languages, whatever happened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.connection import Connection
from chalicelib.domain.contact import Contact, NumberCheck
from chalicelib.domain.cooldown import Cooldown
from chalicelib.domain.decision import decided
from chalicelib.domain.gate import decide
from chalicelib.domain.instance import InstancePurpose, Lifecycle
from chalicelib.domain.listing import REASONS as REASON_CODES
from chalicelib.domain.outcome import Failing, FailureClass
from chalicelib.domain.parking import Line
from chalicelib.domain.pause import Pause
from chalicelib.domain.policy import Policy
from chalicelib.domain.preference import OptOut, Preference
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.recent import RecentIntent
from chalicelib.domain.status import ALLOWED, Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND, Category, ContentType, Origin, Purpose, Reason
from chalicelib.entrypoints.web.languages import LANGUAGES, decimal_mark, translations
from chalicelib.entrypoints.web.views.durations import SLOT, WHATSAPP, durations
from chalicelib.entrypoints.web.views.timeline import entries
from chalicelib.entrypoints.web.words.events import ATTEMPTS, LINES
from chalicelib.entrypoints.web.words.figures import CONTENT_TYPES, TELLERS
from chalicelib.entrypoints.web.words.reasons import REASONS
from chalicelib.entrypoints.web.words.times import Times
from chalicelib.entrypoints.web.words.traces import RULES, compared
from tests.fakes.clock import NOON
from tests.fakes.numbers import FAST, ORGANIZATION
from tests.fakes.views import a_view, an_intent, changed, someone, used

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent

NAMES = {"ins_1": "Vendas", "ins_2": "Atendimento"}
LATER = NOON + 30 * DAY
# A code of ours, or a placeholder that nothing filled: neither is for people.
UNSAID = re.compile(r"[A-Z]{2,}_[A-Z]+|%\(|[{}]")


def times(language: str = "en") -> Times:
    """Tells times in a language."""
    return Times(translations(language).gettext, decimal_mark(language), "America/Sao_Paulo", LATER)


def story(intent: Intent, language: str = "en") -> str:
    """A whole timeline as one text."""
    told = entries(times(language), intent, NAMES, {"gate": "the Gate", "client key_1": "key “Loja”"})
    return "\n".join(
        " ".join([one.title, one.text, *(f"{line.name}: {line.text}" for line in one.why)]) for one in told
    )


TRACE = [
    ["ins_1", "OK", {"minute": "12/12", "hour": "100/1000", "day": "7/100000", "slot": NOON + MINUTE}],
    ["ins_2", "NO_ELIGIBLE_INSTANCE", {"connection": "CONNECTED", "lifecycle": "ACTIVE"}],
    ["", "RATE_LIMIT", {"instances": 7}],
]
FACTS: dict[EventType, list[dict[str, Any]]] = {
    EventType.QUEUED: [
        {"reason": reason, "until": until, "parked_on": parked_on, "trace": TRACE}
        for reason in Reason
        for until, parked_on in ((NOON + HOUR, None), (None, "ins_1"), (None, "org_1"), (None, "ins_1/new"))
    ],
    EventType.APPROVED: [
        {"instance_id": "ins_1", "not_before": NOON + wait, "not_after": NOON + HOUR, "trace": TRACE}
        for wait in (0, MINUTE)
    ],
    EventType.BLOCKED: [{"reason": reason, "trace": TRACE} for reason in Reason],
    EventType.DROPPED: [
        {"reason": "EXPIRED", "trace": [["int_1", "EXPIRED", {"expires_at": NOON}]]},
        {"reason": "CANCELLED", "by": "client key_1", "trace": [["cmp_1", "CANCELLED", {"since": NOON}]]},
        {"reason": "CANCELLED", "why": "wrong text."},
    ],
    EventType.CLAIMED: [{"token": "t", "lease_until": NOON + MINUTE}],
    EventType.ATTEMPT_FAILED: [
        {"code": code, "detail": "500: not connected", **more}
        for code in (*FailureClass, *Reason, "OUT_OF_TIME")
        for more in ({}, {"counted": False}, {"retry_at": NOON + MINUTE})
    ],
    EventType.SENT: [{"provider_id": "3EB0"}, {"provider_id": None}, {"provider_id": None, "why": "she said so"}],
    EventType.UNCONFIRMED: [{"detail": "the worker vanished", "look_at": NOON + SECOND}],
    EventType.RESCHEDULED: [
        {"look_at": NOON + SECOND, "not_after": NOON + HOUR, **more} for more in ({}, {"reason": Reason.LATE_SLOT})
    ],
    EventType.FAILED: [
        *({"reason": reason, "detail": "500: not connected"} for reason in (*FailureClass, *Failing)),
        *({"reason": Failing.RETRIES_EXHAUSTED, "code": code} for code in FailureClass),
        {"reason": Failing.NOT_SENT, "why": "asked her"},
    ],
    EventType.RETRIED: [{"why": "the bridge is back", "expires_at": NOON + DAY}],
    EventType.RESEND_AUTHORISED: [{"why": "urgent"}, {}],
    EventType.DELIVERED: [{"provider_at": NOON}],
    EventType.READ: [{"provider_at": NOON - HOUR, "provider_id": "3EB0"}],
}
BEFORE: dict[EventType, list[EventType]] = {
    EventType.CLAIMED: [EventType.APPROVED],
    **{
        kind: [EventType.APPROVED, EventType.CLAIMED]
        for kind in (EventType.ATTEMPT_FAILED, EventType.SENT, EventType.UNCONFIRMED, EventType.FAILED)
    },
    **{kind: [EventType.APPROVED, EventType.CLAIMED] for kind in (EventType.DELIVERED, EventType.READ)},
    EventType.RETRIED: [EventType.BLOCKED],
    **{
        kind: [EventType.APPROVED, EventType.CLAIMED, EventType.UNCONFIRMED]
        for kind in (EventType.RESCHEDULED, EventType.RESEND_AUTHORISED)
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(EventType))
def test_everything_that_can_happen_has_words(kind: EventType, language: str) -> None:
    """A code in the middle of a story is a riddle to whoever has to answer a customer."""
    for facts in FACTS.get(kind, [{}]):
        intent = an_intent()
        if kind is not EventType.ACCEPTED:
            for step in [*BEFORE.get(kind, []), kind]:
                intent = intent.record(step, NOON, "gate", **(facts if step is kind else FACTS[step][0]))
        said = story(intent, language)
        assert not UNSAID.search(said), said
        assert "Vendas" in said or not any("ins_1" in str(value) for value in facts.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_did_is_told_in_their_words(language: str) -> None:
    """Who cancelled the message, and why, is the first question after a customer's complaint."""
    for kind in (EventType.DROPPED, EventType.SENT, EventType.FAILED, EventType.RETRIED, EventType.RESEND_AUTHORISED):
        for facts in FACTS[kind]:
            intent = an_intent()
            for step in BEFORE.get(kind, []):
                intent = intent.record(step, NOON, "gate", **FACTS[step][0])
            said = story(intent.record(kind, NOON, "operator usr_1", **facts), language)
            assert str(facts.get("why", "")).rstrip(".") in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_rule_has_words(language: str) -> None:
    """Lists, filters and traces all name reasons; one without words shows its code."""
    say = translations(language).gettext
    assert set(REASON_CODES) <= set(REASONS)
    assert {"OK", "EXPIRED", "CANCELLED", *Reason} <= set(RULES)
    assert set(CONTENT_TYPES) == set(ContentType)
    assert set(LINES) == set(Line)
    assert set(FailureClass) <= set(ATTEMPTS)
    labels = [say(word.label) for word in REASONS.values()]
    assert len(set(labels)) == len(labels), "two reasons are called the same"
    known: dict[str, int | str] = {"since": NOON, "opt_out": "all", "checked_at": NOON, "send_at": NOON}
    for rule in RULES:
        for numbers in ({}, known):
            said = compared(times(language), rule, numbers)
            assert said
            assert not UNSAID.search(said), said


numbers = st.fixed_dictionaries(
    {
        "connection": st.sampled_from(Connection),
        "lifecycle": st.sampled_from(Lifecycle),
        "purpose": st.sampled_from(InstancePurpose),
        "paused": st.sampled_from([None, Pause("operator usr_1", "campaign under review", NOON - 1)]),
        "cooldown": st.sampled_from([None, Cooldown(NOON, NOON + HOUR, "TEMPORARY_BAN_101")]),
        "seen_at": st.sampled_from([NOON, NOON - HOUR]),
        "warmed_up": st.booleans(),
    }
)
contacts = st.sampled_from(
    [
        None,
        Contact("con_1", ORGANIZATION, preference=Preference(OptOut.ALL, NOON - 1, "operator usr_1", "asked")),
        Contact("con_1", ORGANIZATION, check=NumberCheck(None, NOON - 1)),
        Contact("con_1", ORGANIZATION, recent=(RecentIntent("int_0", NOON - 1, "ins_1", NOON - 1, "said"),)),
        Contact("con_1", ORGANIZATION, inbound={"ins_2": NOON - HOUR}, locks={"ins_1": NOON + DAY}),
    ]
)


@st.composite
def decisions(draw: st.DrawFn) -> Intent:
    """An intent with what the Gate said of it, in a world of five numbers of any kind."""
    names = [f"ins_{number}" for number in range(1, 6)]
    view = a_view(*names, policy=draw(st.sampled_from([FAST, CONSERVATIVE, Policy(1, 1, 1, 0, 0)])))
    for name in names:
        view = changed(view, name, **draw(numbers))
        if draw(st.booleans()):
            view = used(view, name, NOON)
    intent = an_intent(
        draw(st.sampled_from(Purpose)),
        instance_id=draw(st.sampled_from([None, "ins_1"])),
        origin=draw(st.sampled_from([Origin.API, Origin.CAMPAIGN])),
        category=draw(st.sampled_from(Category)),
        send_at=draw(st.sampled_from([None, NOON + HOUR])),
        expires_at=draw(st.sampled_from([NOON, NOON + DAY])),
        likeness="said",
    )
    contact = draw(contacts)
    if contact:
        view = someone(view, intent, contact)
    at = draw(st.sampled_from([NOON, NOON + 12 * HOUR]))
    return decided(intent, decide(intent, view, at), at)


@given(decisions(), st.sampled_from(LANGUAGES))
def test_whatever_the_gate_says_can_be_read(intent: Intent, language: str) -> None:
    """The Gate's decisions are the product; one that cannot be explained is one that nobody trusts."""
    said = story(intent, language)
    assert len(said.splitlines()) == 2
    assert not UNSAID.search(said), said


@st.composite
def timelines(draw: st.DrawFn) -> Intent:
    """An intent after steps that the state table allows."""
    intent, at = an_intent(), NOON
    for _ in range(draw(st.integers(0, 12))):
        possible = [kind for kind, states in ALLOWED.items() if intent.status in states]
        if not possible:
            break
        kind = draw(st.sampled_from(possible))
        at += draw(st.sampled_from([0, 1, 400, SECOND, 3 * MINUTE]))
        intent = intent.record(kind, at, draw(st.sampled_from(["gate", "engine", "provider"])), **draw(facts_of(kind)))
    return intent


def facts_of(kind: EventType) -> st.SearchStrategy[dict[str, Any]]:
    """Facts of an event, as any version of ours may have written them."""
    trace = st.lists(
        st.tuples(
            st.sampled_from(["ins_1", "ins_9", "org_1", "con_1", "int_1", "cmp_1", "?", ""]),
            st.sampled_from([*RULES, "NEW_RULE"]),
            st.dictionaries(
                st.sampled_from([*TELLERS, "risk"]),
                st.integers(0, LATER) | st.sampled_from(["1/2", "/", "CONNECTED", "BANNED", "all", "21:00-08:00", ""]),
            ),
        ).map(list)
    )
    with_trace = {EventType.QUEUED, EventType.APPROVED, EventType.BLOCKED, EventType.DROPPED}
    known = st.sampled_from(FACTS[kind])
    if kind not in with_trace:
        return known
    return st.tuples(known, trace).map(lambda pair: {**pair[0], "trace": pair[1]})


@given(timelines(), st.sampled_from(LANGUAGES))
def test_every_timeline_can_be_told(intent: Intent, language: str) -> None:
    """A page that fails on an odd story hides exactly the messages that somebody must look at."""
    told = entries(times(language), intent, NAMES, {})
    assert [one.at for one in told] == [event.at for event in intent.timeline]
    assert all(one.title for one in told)


@given(timelines())
def test_no_time_is_lost_or_counted_twice(intent: Intent) -> None:
    """Durations that do not add up send whoever looks for the delay in the wrong direction."""
    spent = durations(intent.timeline, LATER)
    over = {Status.SENT, Status.BLOCKED, Status.FAILED, Status.DROPPED}
    ends = [event.at for event in intent.timeline if event.type in ENDS]
    if any(event.type in ANEW for event in intent.timeline):
        assert sum(spent.phases.values()) <= LATER - intent.created_at
    elif intent.status in over and len(ends) == 1:
        assert sum(spent.phases.values()) == ends[0] - intent.created_at
    elif not ends:
        assert sum(spent.phases.values()) == LATER - intent.created_at
    assert all(lasted > 0 for lasted in spent.phases.values())


ANEW = frozenset({EventType.RETRIED, EventType.RESEND_AUTHORISED})
ENDS = frozenset({EventType.SENT, EventType.BLOCKED, EventType.DROPPED, EventType.FAILED})


def test_time_has_a_name() -> None:
    """That it took a minute is a complaint; where the minute went is an answer."""
    intent = an_intent().record(EventType.QUEUED, NOON, "gate", reason="RATE_LIMIT", until=NOON + MINUTE, trace=[])
    slot = NOON + MINUTE + 3 * SECOND
    approval = {"instance_id": "ins_1", "not_before": slot, "not_after": slot + MINUTE}
    intent = intent.record(EventType.APPROVED, NOON + MINUTE, "gate", **approval)
    intent = intent.record(EventType.CLAIMED, slot, "engine", token="t", lease_until=slot + MINUTE)
    intent = intent.record(EventType.SENT, slot + 400, "engine", provider_id="3EB0")
    intent = intent.record(EventType.READ, slot + 400 + HOUR, "provider", provider_at=slot)
    spent = durations(intent.timeline, LATER)
    assert spent.phases == {"RATE_LIMIT": MINUTE, SLOT: 3 * SECOND, WHATSAPP: 400}
    assert (spent.delivered, spent.read) == (None, HOUR)
