"""The gate queue: every question arrives whole, and what could not be asked is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.application.ports.gate_queue import BATCH
from chalicelib.domain.parking import Line, line_of
from tests.contract import samples

if TYPE_CHECKING:
    from chalicelib.application.ports.gate_queue import GateQueue
    from tests.contract.conftest import Questions

LINE = line_of(samples.INSTANCE, Line.DISPATCH)


def test_intents_arrive_in_batches_and_in_order(questions: Questions) -> None:
    """Of a thousand messages that wake at nine the first only would be decided, or each read the view for itself."""
    ids = [samples.an_id("int", number) for number in range(2 * BATCH + 1)]
    assert list(questions.port.publish_intents(samples.ORGANIZATION, ids)) == []
    found = sorted(questions.take(), key=lambda question: question.intent_ids)
    assert [question.intent_ids for question in found] == [tuple(ids[:25]), tuple(ids[25:50]), tuple(ids[50:])]
    assert {(question.organization_id, question.place) for question in found} == {(samples.ORGANIZATION, None)}
    assert len({question.message_id for question in found}) == 3


def test_places_arrive_one_by_one(questions: Questions) -> None:
    """Whoever waits for a number would wait on after it came back."""
    places = [samples.INSTANCE, LINE]
    assert list(questions.port.publish_places(samples.ORGANIZATION, places)) == []
    found = questions.take()
    assert sorted(question.place or "" for question in found) == sorted(places)
    assert {(question.organization_id, question.intent_ids) for question in found} == {(samples.ORGANIZATION, ())}


def test_a_what_if_question_arrives_as_one(questions: Questions) -> None:
    """Its asker would wait for an answer that nobody works on, or the Gate be asked about nothing."""
    simulation = samples.an_id("sim")
    assert questions.port.publish_simulation(samples.ORGANIZATION, simulation)
    [found] = questions.take()
    assert (found.organization_id, found.intent_ids, found.place) == (samples.ORGANIZATION, (), None)
    assert found.simulation == simulation


def test_more_than_one_call_arrives_whole(questions: Questions) -> None:
    """Of ten thousand that wake at once all but the first 250 would be looked for again a minute later."""
    ids = [samples.an_id("int", number) for number in range(12 * BATCH)]
    assert list(questions.port.publish_intents(samples.ORGANIZATION, ids)) == []
    assert sorted(name for question in questions.take() for name in question.intent_ids) == ids


def test_nothing_to_ask_is_nothing_to_do(questions: Questions) -> None:
    """A tick on which nothing is due would fail."""
    assert list(questions.port.publish_intents(samples.ORGANIZATION, [])) == []
    assert list(questions.port.publish_places(samples.ORGANIZATION, [])) == []
    assert questions.take() == []


def test_an_unreachable_queue_names_everything(unreachable_questions: GateQueue) -> None:
    """An operator's resume would be a server error, or nobody would know that a question was lost."""
    ids = [samples.an_id("int", number) for number in range(BATCH + 1)]
    assert list(unreachable_questions.publish_intents(samples.ORGANIZATION, ids)) == ids
    assert list(unreachable_questions.publish_places(samples.ORGANIZATION, [LINE])) == [LINE]
    assert not unreachable_questions.publish_simulation(samples.ORGANIZATION, samples.an_id("sim"))


def test_the_backlog_is_what_was_not_delivered(questions: Questions) -> None:
    """A tick would ask again and again about what a standing gate function has not come to yet."""
    assert questions.port.backlog() == 0
    questions.port.publish_places(samples.ORGANIZATION, [samples.INSTANCE, LINE])
    assert questions.port.backlog() == 2
    questions.take()
    assert questions.port.backlog() == 0
