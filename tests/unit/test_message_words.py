"""A message's story in words: complete, in both languages, whatever happened."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.connection import Connection
from chalicelib.domain.contact import Contact, NumberCheck
from chalicelib.domain.decision import decided
from chalicelib.domain.gate import decide
from chalicelib.domain.instance import Cooldown, InstancePurpose, Lifecycle
from chalicelib.domain.intent import ALLOWED, Intent, Status
from chalicelib.domain.listing import REASONS as REASON_CODES
from chalicelib.domain.outcome import FailureClass
from chalicelib.domain.preference import OptOut, Preference
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND, Purpose, Reason
from chalicelib.entrypoints.web.languages import LANGUAGES, translations
from chalicelib.entrypoints.web.views.durations import SLOT, WHATSAPP, durations
from chalicelib.entrypoints.web.views.timeline import entries
from chalicelib.entrypoints.web.words.events import ATTEMPTS
from chalicelib.entrypoints.web.words.reasons import REASONS
from chalicelib.entrypoints.web.words.times import Times
from chalicelib.entrypoints.web.words.traces import RULES, compared
from tests.fakes.clock import NOON
from tests.unit.test_gate import PAUSE, a_view, an_intent, changed

NAMES = {"ins_1": "Vendas", "ins_2": "Atendimento"}
LATER = NOON + 30 * DAY
# A code of ours, or a placeholder that nothing filled: neither is for people.
UNSAID = re.compile(r"[A-Z]{2,}_[A-Z]+|%\(|[{}]")


def times(language: str = "en") -> Times:
    """Tells times in a language."""
    return Times(translations(language).gettext, ".", "America/Sao_Paulo", LATER)


def story(intent: Intent, language: str = "en") -> str:
    """A whole timeline as one text."""
    told = entries(times(language), intent, NAMES, {"gate": "the Gate", "client key_1": "key “Loja”"})
    return "\n".join(
        " ".join([one.title, one.text, *(f"{line.name}: {line.text}" for line in one.why)]) for one in told
    )


TRACE = [
    ["ins_1", "OK", {"minute": "12/12", "hour": "100/1000", "day": "7/100000", "slot": NOON + MINUTE}],
    ["ins_2", "NO_ELIGIBLE_INSTANCE", {"connection": "CONNECTED", "lifecycle": "ACTIVE"}],
]
FACTS: dict[EventType, list[dict[str, Any]]] = {
    EventType.QUEUED: [
        {"reason": reason, "until": until, "parked_on": parked_on, "trace": TRACE}
        for reason in Reason
        for until, parked_on in ((NOON + HOUR, None), (None, "ins_1"), (None, "org_1"))
    ],
    EventType.APPROVED: [
        {"instance_id": "ins_1", "not_before": NOON + wait, "not_after": NOON + HOUR, "trace": TRACE}
        for wait in (0, MINUTE)
    ],
    EventType.BLOCKED: [{"reason": reason, "trace": TRACE} for reason in Reason],
    EventType.DROPPED: [{"reason": "EXPIRED", "trace": [["int_1", "EXPIRED", {"expires_at": NOON}]]}],
    EventType.CLAIMED: [{"token": "t", "lease_until": NOON + MINUTE}],
    EventType.ATTEMPT_FAILED: [
        {"code": code, "detail": "500: not connected", **more}
        for code in (*FailureClass, *Reason, "OUT_OF_TIME")
        for more in ({}, {"counted": False}, {"retry_at": NOON + MINUTE})
    ],
    EventType.SENT: [{"provider_id": "3EB0"}, {"provider_id": None}],
    EventType.UNCONFIRMED: [{"detail": "the worker vanished", "look_at": NOON + SECOND}],
    EventType.FAILED: [{"reason": reason} for reason in (*FailureClass, "UNCONFIRMED")],
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
def test_every_reason_and_rule_has_words(language: str) -> None:
    """Lists, filters and traces all name reasons; one without words shows its code."""
    say = translations(language).gettext
    assert set(REASON_CODES) <= set(REASONS)
    assert {"OK", "EXPIRED", *Reason} <= set(RULES)
    assert set(FailureClass) <= set(ATTEMPTS)
    labels = [say(word.label) for word in REASONS.values()]
    assert len(set(labels)) == len(labels), "two reasons are called the same"
    known: dict[str, int | str] = {"since": NOON, "opt_out": "all", "checked_at": NOON, "send_at": NOON}
    for rule in RULES:
        for numbers in ({}, known):
            said = compared(times(language), rule, numbers)
            assert said
            assert not UNSAID.search(said), said


def test_figures_we_have_no_words_for_are_not_lost() -> None:
    """A newer Gate compares more; an older page must still show what it looked at."""
    numbers: dict[str, int | str] = {"minute": "12/12", "risk": 71, "slot": NOON, "hour": "odd", "connection": "ASLEEP"}
    said = compared(times(), "RISK_HIGH", numbers)
    for figure in ("RISK_HIGH", "12 of 12 in the minute", "risk: 71", "hour: odd", "connection: ASLEEP"):
        assert figure in said


def test_room_comes_first_and_figures_are_readable() -> None:
    """When it can leave is the question; ten thousand must not be read as one thousand."""
    said = compared(times(), "OK", {"minute": "299/300", "day": "9999/100000", "slot": NOON})
    assert said == f"room at {times().moment(NOON)} · 299 of 300 in the minute · 9,999 of 100,000 in the day"


instances = st.fixed_dictionaries(
    {
        "connection": st.sampled_from(Connection),
        "lifecycle": st.sampled_from(Lifecycle),
        "purpose": st.sampled_from(InstancePurpose),
        "paused": st.sampled_from([None, PAUSE]),
        "cooldown": st.sampled_from([None, Cooldown(NOON, NOON + HOUR, "TEMPORARY_BAN_101")]),
        "seen_at": st.sampled_from([NOON, NOON - HOUR]),
    }
)
contacts = st.sampled_from(
    [
        None,
        Contact("con_1", "org_1", preference=Preference(OptOut.ALL, NOON - 1, "operator usr_1", "asked")),
        Contact("con_1", "org_1", check=NumberCheck(None, NOON - 1)),
    ]
)


@given(
    numbers=st.tuples(instances, instances),
    pinned=st.sampled_from([None, "ins_1"]),
    purpose=st.sampled_from(Purpose),
    send_at=st.sampled_from([None, NOON + HOUR]),
    expires_at=st.sampled_from([None, NOON]),
    contact=contacts,
    language=st.sampled_from(LANGUAGES),
)
def test_whatever_the_gate_says_can_be_read(  # noqa: PLR0913, PLR0917 - everything that the Gate looks at
    numbers: tuple[dict[str, Any], dict[str, Any]],
    pinned: str | None,
    purpose: Purpose,
    send_at: int | None,
    expires_at: int | None,
    contact: Contact | None,
    language: str,
) -> None:
    """The Gate's decisions are the product; one that cannot be explained is one that nobody trusts."""
    view = a_view("ins_1", "ins_2")
    for name, changes in zip(("ins_1", "ins_2"), numbers, strict=True):
        view = changed(view, name, **changes)
    intent = an_intent(purpose, pinned, send_at=send_at, expires_at=expires_at)
    if contact:
        view = replace(view, recipients={intent.id: contact})
    said = story(decided(intent, decide(intent, view, NOON), NOON), language)
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
            st.sampled_from(["ins_1", "ins_9", "org_1", "con_1", "int_1", "?"]),
            st.sampled_from([*RULES, "NEW_RULE"]),
            st.dictionaries(
                st.sampled_from(["minute", "slot", "since", "connection", "lifecycle", "opt_out", "risk"]),
                st.integers(0, LATER) | st.sampled_from(["1/2", "/", "CONNECTED", "BANNED", "all", ""]),
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
    if intent.status in over and len(ends) == 1:
        assert sum(spent.phases.values()) == ends[0] - intent.created_at
    elif not ends:
        assert sum(spent.phases.values()) == LATER - intent.created_at
    assert all(lasted > 0 for lasted in spent.phases.values())


ENDS = frozenset({EventType.SENT, EventType.BLOCKED, EventType.DROPPED, EventType.FAILED})


def test_time_has_a_name() -> None:
    """That it took a minute is a complaint; where the minute went is an answer."""
    intent = an_intent().record(EventType.QUEUED, NOON, "gate", reason="RATE_LIMIT", until=NOON + MINUTE, trace=[])
    slot = NOON + MINUTE + 3 * SECOND
    approval = {"instance_id": "ins_1", "not_before": slot, "not_after": slot + MINUTE}
    intent = intent.record(EventType.APPROVED, NOON + MINUTE, "gate", **approval)
    intent = intent.record(EventType.CLAIMED, slot - SECOND, "engine", token="t", lease_until=slot + MINUTE)
    intent = intent.record(EventType.SENT, slot + 400, "engine", provider_id="3EB0")
    intent = intent.record(EventType.READ, slot + 400 + HOUR, "provider", provider_at=slot)
    spent = durations(intent.timeline, LATER)
    assert spent.phases == {"RATE_LIMIT": MINUTE, SLOT: 3 * SECOND, WHATSAPP: 400}
    assert (spent.delivered, spent.read) == (None, HOUR)
