"""How the API tells a decision: codes and figures for programs, sentences for whoever reads them."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import HOUR, Reason
from chalicelib.entrypoints.http.views.message_intents import detail
from chalicelib.entrypoints.web.languages import LANGUAGES, language_for
from tests.fakes.clock import NOON
from tests.fakes.views import an_intent
from tests.unit.test_message_words import times

FULL = {"window": "hour", "hour": "12/12", "slot": NOON + HOUR}


def decision(kind: EventType, language: str = "en", **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    """An intent's decision as the API shows it."""
    intent = an_intent(instance_id="ins_1").record(kind, NOON, "gate", **{"trace": [], **facts})
    shown = detail(intent, None, times(language)).decision
    assert shown is not None
    return shown.model_dump()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_line_has_its_codes_and_the_same_in_words(language: str) -> None:
    """A client's own screen would show codes to its operators, or lose the figures that its code looks at."""
    trace = [("ins_1", "RATE_LIMIT", FULL), ("ins_2", "NO_ELIGIBLE_INSTANCE", {}), ("", "OK", {"instances": 1})]
    facts = {"reason": "RATE_LIMIT", "until": None, "parked_on": "ins_1/dispatch"}
    shown = decision(EventType.QUEUED, language, **facts, trace=trace)
    assert [(line["subject"], line["rule"], line["numbers"]) for line in shown["trace"]] == trace
    room = times(language).moment(NOON + HOUR)
    said = {
        "en": [
            f"the hour is full · room at {room} · 12 of 12 in the last hour",
            "the message must leave from another number",
            "1 other number: free",
        ],
        "pt-BR": [
            f"a hora está cheia · vaga a partir de {room} · 12 de 12 na última hora",
            "a mensagem tem de sair por outra instância",
            "outra instância: livre",
        ],
    }
    assert [line["text"] for line in shown["trace"]] == said[language]


@pytest.mark.parametrize(
    ("kind", "reason", "helps"),
    [
        (EventType.QUEUED, Reason.RATE_LIMIT, True),
        (EventType.QUEUED, Reason.DUPLICATE_CONTENT, True),
        (EventType.BLOCKED, Reason.DUPLICATE_CONTENT, False),
        (EventType.BLOCKED, Reason.OPTED_OUT, False),
        (EventType.DROPPED, "EXPIRED", False),
        (EventType.DROPPED, "NEWER_THAN_THIS", False),
    ],
)
def test_a_decision_says_whether_waiting_helps(kind: EventType, reason: str, *, helps: bool) -> None:
    """A client that cannot tell a wait from a refusal sends the message again, or forgets it."""
    facts: dict[str, Any] = {"until": NOON + HOUR} if kind is EventType.QUEUED else {}
    shown = decision(kind, reason=reason, **facts)
    assert (shown["reason"], shown["waiting_helps"]) == (reason, helps)
    assert bool(shown["text"]) is (reason != "NEWER_THAN_THIS")


def test_an_approval_has_no_reason() -> None:
    """A reason beside an approval would be taken for a problem."""
    shown = decision(EventType.APPROVED, instance_id="ins_1", not_before=NOON, not_after=NOON + HOUR)
    assert (shown["kind"], shown["reason"], shown["waiting_helps"], shown["text"]) == ("APPROVE", None, None, None)


@pytest.mark.parametrize(
    ("header", "organization", "language"),
    [
        ("", "pt-BR", "pt-BR"),
        ("", "en", "en"),
        ("*", "en", "en"),
        ("en-GB,en;q=0.9", "pt-BR", "en"),
        ("fr, pt;q=0.5", "en", "pt-BR"),
        ("tlh", "tlh", "pt-BR"),
    ],
)
def test_a_caller_is_answered_in_the_language_it_asks_for(header: str, organization: str, language: str) -> None:
    """A program that serves readers of two languages could not ask for the other one."""
    assert language_for(header, organization) == language
