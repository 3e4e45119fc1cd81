"""Answers what the gate queue asks: the Gate is asked about intents, and about those who wait in places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.listing import position
from chalicelib.domain.parking import line_in
from chalicelib.domain.status import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.gate_queue import Question
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.unparking import Unparking
    from chalicelib.application.waking import Waking
    from chalicelib.domain.intent import Intent


@dataclass(frozen=True, slots=True)
class Questions:
    """Asks the Gate what was put on its queue. Asked twice, it changes nothing."""

    intents: Intents
    gatekeeper: Gatekeeper
    unparking: Unparking
    waking: Waking
    clock: Clock
    journal: Journal

    def answer(self, questions: Sequence[Question], stop_at: float) -> list[str]:
        """Answer a batch: intents first, then places, which share the time that is left.

        Args:
            questions: The well-formed messages of the batch.
            stop_at: When to stop, on the monotonic clock.

        Returns:
            Ids of the messages to deliver again.
        """
        messages: dict[Question, list[str]] = {}
        for question in questions:
            messages.setdefault(replace(question, message_id=""), []).append(question.message_id)
        ordered = sorted(messages, key=_turn)
        again: list[str] = []
        for index, question in enumerate(ordered):
            now = self.clock.monotonic()
            if now >= stop_at:
                self.journal.note("questions postponed", count=len(ordered) - index)
                return again + [name for left in ordered[index:] for name in messages[left]]
            work = partial(self._answer, question, now + (stop_at - now) / (len(ordered) - index))
            if not isolated(self.journal, "asking the Gate", work, organization_id=question.organization_id):
                again.extend(messages[question])
        return again

    def _answer(self, question: Question, stop_at: float) -> None:
        organization_id, place = question.organization_id, question.place
        if place is None:
            self._decide(organization_id, question.intent_ids)
        elif not self.unparking.look(organization_id, place, stop_at):
            self.waking.places(organization_id, [place])

    def _decide(self, organization_id: str, intent_ids: Sequence[str]) -> None:
        now = self.clock.now()
        found = self.intents.get_many(intent_ids).values()
        mine = [one for one in found if one.organization_id == organization_id and _is_due(one, now)]
        self.gatekeeper.decide_again(sorted(mine, key=position))


def _is_due(intent: Intent, now: int) -> bool:
    """Whether its time to be decided has come; one that waits for something else is left in its place."""
    if intent.status is Status.PENDING:
        return True
    return intent.status is Status.QUEUED and (intent.due(now) or intent.expired(now))


def _turn(question: Question) -> tuple[bool, bool]:
    """Intents, then places where a return is waited for, then lines: whoever returns joins them."""
    place = question.place
    return place is not None, place is not None and line_in(place) is not None
