"""What a rule of the Gate is tested with: a world in which it applies, its answer, and how both languages tell it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.contact import Contact
from chalicelib.domain.decision import Approve, Block, Defer, Drop
from chalicelib.domain.gate import decide
from chalicelib.domain.values import DAY, HOUR, WAITING, Category
from chalicelib.entrypoints.web.languages import decimal_mark, translations
from chalicelib.entrypoints.web.words.times import Times
from chalicelib.entrypoints.web.words.traces import compared
from tests.fakes.clock import NOON
from tests.fakes.numbers import FAST, ORGANIZATION
from tests.fakes.views import a_view, an_intent, changed, someone

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.view import View

# The clock of the tests stands at 05:00 in São Paulo, on 15 January 2027.
AN_HOUR_AGO, IN_AN_HOUR = NOON - HOUR, NOON + HOUR
MESSAGE, MARKETING = an_intent(), an_intent(category=Category.MARKETING)


@dataclass(frozen=True)
class Case:
    """One rule at work.

    Attributes:
        view: What the Gate knows.
        kind: What it decides.
        rule: The reason it gives, and the rule of the line that explains it.
        numbers: That line's figures.
        english: The line in English.
        portuguese: The line in Portuguese.
        intent: What is to be sent.
        place: Where it waits then.
        until: Until when it waits, ms.
    """

    view: View
    kind: type[Approve | Block | Defer | Drop]
    rule: str
    numbers: dict[str, int | str]
    english: str
    portuguese: str
    intent: Intent = MESSAGE
    place: str | None = None
    until: int | None = None


def check(case: Case) -> None:
    """Ask the Gate, and look at its answer and at the line that explains it."""
    decision = decide(case.intent, case.view, NOON)
    assert isinstance(decision, case.kind), decision
    assert getattr(decision, "reason", "OK") == case.rule
    assert (getattr(decision, "parked_on", None), getattr(decision, "until", None)) == (case.place, case.until)
    line = next(line for line in decision.trace if line.rule == case.rule)
    assert line.numbers == case.numbers, line.numbers
    for language, sentence in (("en", case.english), ("pt-BR", case.portuguese)):
        times = Times(translations(language).gettext, decimal_mark(language), "America/Sao_Paulo", NOON)
        told = compared(times, line.rule, line.numbers)
        assert told == sentence, told
    if case.rule in WAITING:
        assert case.kind is Defer


def one(policy: Policy = FAST, **changes: object) -> View:
    """An organization whose only number has some members changed."""
    return changed(a_view("ins_1", policy=policy), "ins_1", **changes)


def to(person: Contact, policy: Policy = FAST, **changes: object) -> View:
    """The same, with what is known of the recipient."""
    return someone(one(policy, **changes), MESSAGE, person)


def a_person(**facts: object) -> Contact:
    """Somebody who wrote to the number two days ago."""
    known = Contact("con_1", ORGANIZATION, inbound={"ins_1": NOON - 2 * DAY})
    return replace(known, **facts)  # type: ignore[arg-type]
