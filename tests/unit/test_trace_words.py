"""Why a message waits or was refused, in words: reasons, places and the lines of a trace."""

from __future__ import annotations

import re

import pytest

from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import HOUR, MINUTE, WAITING, Reason
from chalicelib.entrypoints.web.languages import LANGUAGES
from chalicelib.entrypoints.web.views.timeline import actor_of, entries
from chalicelib.entrypoints.web.words.reasons import explained
from chalicelib.entrypoints.web.words.traces import compared
from tests.fakes.clock import NOON
from tests.fakes.views import an_intent
from tests.unit.test_message_words import NAMES, story, times

# How these sentences say that a message leaves by itself.
LEAVES = {"en": re.compile(r"\bleaves\b|\bdecided\b|for now"), "pt-BR": re.compile(r"\bsai\b|decisão é|Por enquanto")}
HOPELESS = {"en": "Waiting does not help.", "pt-BR": "Esperar não adianta."}


def test_figures_we_have_no_words_for_are_not_lost() -> None:
    """A newer Gate compares more; an older page must still show what it looked at."""
    numbers: dict[str, int | str] = {"minute": "12/12", "risk": 71, "slot": NOON, "hour": "odd", "connection": "ASLEEP"}
    said = compared(times(), "RISK_HIGH", numbers)
    for figure in ("RISK_HIGH", "12 of 12 in the last minute", "risk: 71", "hour: odd", "connection: ASLEEP"):
        assert figure in said


def test_room_comes_first_and_figures_are_readable() -> None:
    """When it can leave is the question; ten thousand must not be read as one thousand."""
    said = compared(times(), "OK", {"minute": "299/300", "day": "9999/100000", "slot": NOON})
    room = f"room at {times().moment(NOON)}"
    assert said == f"{room} · 299 of 300 in the last minute · 9,999 of 100,000 in the last 24 h"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", list(Reason))
def test_a_reason_tells_whether_waiting_helps(reason: Reason, language: str) -> None:
    """Whoever waits for what never leaves loses the customer; whoever sends again what would leave sends twice."""
    sentence = explained(times(language), reason)
    assert sentence.endswith(".")
    if reason in WAITING:
        assert LEAVES[language].search(sentence), sentence
    blocked = an_intent().record(EventType.BLOCKED, NOON, "gate", reason=reason, trace=[])
    waiting = an_intent().record(EventType.QUEUED, NOON, "gate", reason=reason, until=NOON + HOUR, trace=[])
    assert sentence in story(blocked, language)
    assert HOPELESS[language] in story(blocked, language)
    assert HOPELESS[language] not in story(waiting, language)


def test_a_repetition_that_waits_is_not_told_to_change_its_words() -> None:
    """An organization that lets repetitions wait would read that its message was refused."""
    waiting = explained(times(), Reason.DUPLICATE_CONTENT, deferred=True)
    assert "it leaves when that is over" in waiting
    assert "change the words" in explained(times(), Reason.DUPLICATE_CONTENT)


@pytest.mark.parametrize(
    ("place", "english", "portuguese"),
    [
        ("ins_1", "It is decided again when Vendas can send.", "A decisão é refeita quando Vendas puder enviar."),
        (
            "org_1",
            "It is decided again when a number can send.",
            "A decisão é refeita quando alguma instância puder enviar.",
        ),
        (
            "ins_1/replies",
            "It waits in line (replies) for a free slot on Vendas.",
            "Espera na fila (respostas) por uma vaga em Vendas.",
        ),
        (
            "ins_1/new",
            "It waits in line (new contacts) for a free slot on Vendas.",
            "Espera na fila (contatos novos) por uma vaga em Vendas.",
        ),
        (
            "org_1/campaign",
            "It waits in line (campaigns) for a free slot of any number.",
            "Espera na fila (campanhas) por uma vaga em qualquer instância.",
        ),
        (
            "org_1/dispatch",
            "It waits in line (dispatches) for a free slot of any number.",
            "Espera na fila (disparos) por uma vaga em qualquer instância.",
        ),
        (
            "ins_9/express",
            "It waits in line (express) for a free slot on ins_9.",
            "Espera na fila (express) por uma vaga em ins_9.",
        ),
    ],
)
def test_where_it_waits_is_told(place: str, english: str, portuguese: str) -> None:
    """A wait without a place looks like a message that was forgotten."""
    waiting = an_intent().record(
        EventType.QUEUED, NOON, "gate", reason="RATE_LIMIT", until=None, parked_on=place, trace=[]
    )
    assert english in story(waiting)
    assert portuguese in story(waiting, "pt-BR")


def test_a_stopped_campaign_says_so_itself() -> None:
    """Beside "Paused" and why, "when a number can send" sends people to a number that has nothing."""
    facts = {"reason": "OPS_PAUSED", "until": None, "parked_on": "cmp_1"}
    trace = [["cmp_1", "OPS_PAUSED", {"since": NOON}]]
    said = story(an_intent().record(EventType.QUEUED, NOON, "gate", **facts, trace=trace))
    assert f"The campaign: paused · since {times().moment(NOON)}" in said
    assert "can send" not in said


def test_a_cancelled_message_tells_who_did_it() -> None:
    """A drop by "the Gate" sends whoever looks for a colleague's mistake to the engineers."""
    dropped = an_intent().record(EventType.DROPPED, NOON, "gate", reason="CANCELLED", by="client key_1", trace=[])
    [_, last] = entries(times(), dropped, NAMES, {"gate": "the Gate", "client key_1": "key “Loja”"})
    assert (last.by, last.title) == ("key “Loja”", "Dropped — cancelled")
    assert actor_of(dropped.timeline[-1]) == "client key_1"


def test_many_numbers_are_told_in_one_line() -> None:
    """Fifty numbers would make a page of fifty lines that say the same."""
    approved = {"instance_id": "ins_1", "not_before": NOON, "not_after": NOON + MINUTE}
    trace = [["ins_1", "OK", {"minute": "0/5"}], ["", "RATE_LIMIT", {"instances": 7}], ["", "OK", {"instances": 1}]]
    said = story(an_intent().record(EventType.APPROVED, NOON, "gate", **approved, trace=trace))
    assert "7 other numbers: limit reached" in said
    assert "1 other number: free" in said


@pytest.mark.parametrize(
    ("line", "english", "portuguese"),
    [
        (
            # As it was written before 26 November 2026.
            ("INSTANCE_DISCONNECTED", {"connection": "LOGGED_OUT", "lifecycle": "CREATED"}),
            "not connected · logged out · new",
            "sem conexão · desvinculada · nova",
        ),
        (
            ("NO_ELIGIBLE_INSTANCE", {"connection": "CONNECTED", "lifecycle": "RETIRED"}),
            "retired",
            "aposentada",
        ),
        (("POLICY_BLOCKED", {"setting": "allow_groups"}), "not allowed by the policy · groups are switched off", ""),
        (("RATE_LIMIT", {"window": "pace"}), "its pace leaves no room sooner", "o ritmo não abre vaga antes"),
        (("RATE_LIMIT", {"window": "line", "minute": "3/5"}), "others wait before it · 3 of 5 in the last minute", ""),
        (("RATE_LIMIT", {"window": "fortnight"}), "limit reached · window: fortnight", ""),
        (
            ("OUTSIDE_SERVICE_WINDOW", {"last_inbound": 0}),
            "the service window is closed · the person never wrote to it",
            "",
        ),
        (
            ("QUIET_HOURS", {"quiet": "21:00-08:00", "others": 3}),
            "quiet hours · from 21:00 to 08:00 · likewise 3 more",
            "",
        ),
        (("OK", {"capacity": 50, "warmup_day": "2/10"}), "slowed down to 50 % · day 2 of 10 of the warm-up", ""),
    ],
)
def test_a_line_of_a_trace_is_told(line: tuple[str, dict[str, int | str]], english: str, portuguese: str) -> None:
    """A figure in the wrong words is worse than a code: an operator acts on it."""
    assert compared(times(), *line) == english
    assert not portuguese or compared(times("pt-BR"), *line) == portuguese
