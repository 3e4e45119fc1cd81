"""What-if questions in words: how far they are, why one failed, what is taken for granted and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.whatif.assumptions import Assumption, NotModelled
from chalicelib.domain.whatif.simulation import Failure, SimulationStatus
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

STATUSES: Mapping[SimulationStatus, Word] = {
    SimulationStatus.PENDING: Word("plain", mark("About to begin"), mark("It begins within moments.")),
    SimulationStatus.RUNNING: Word("info", mark("Being worked out"), mark("The messages go through the Gate again.")),
    SimulationStatus.DONE: Word("go", mark("Answered")),
    SimulationStatus.FAILED: Word("stop", mark("No answer")),
}

FAILURES: Mapping[Failure, str] = {
    Failure.NOT_STARTED: mark("It could not be begun: the queue did not take it. Ask again in a moment."),
    Failure.BROKEN: mark("It failed several times over. Ask about fewer hours; if that fails too, the log says why."),
    Failure.TOO_LONG: mark("It was not answered within 15 minutes. Ask again, or about fewer hours."),
}

ASSUMPTIONS: Mapping[Assumption, str] = {
    Assumption.NUMBERS_READY: mark("Every number in use is connected, healthy and not paused, all the time."),
    Assumption.NOTHING_SENT_BEFORE: mark("No number has sent anything yet when the window begins."),
    Assumption.HELD_AS_RECORDED: mark(
        "Who waited for a pause, a connection, a rest or a lock to end is decided when that wait ended in reality."
    ),
    Assumption.REFUSED_AS_RECORDED: mark(
        "What was refused because of the person, the number or the message is refused again, whatever the policy."
    ),
    Assumption.PEOPLE_AS_KNOWN: mark(
        "People are as they were known when the window began. Of what happened several times only the latest is kept,"
        " so some whom a number knew may count as new."
    ),
    Assumption.WAITED_A_DAY: mark("What still waits a day after the last message came is told as waiting."),
}

NOT_MODELLED: Mapping[NotModelled, str] = {
    NotModelled.OWN_POLICIES_OF_THE_TIME: mark(
        "Earlier policies of single numbers: one that has its own now has it throughout."
    ),
    NotModelled.HEALTH: mark("Numbers that were slowed down because of their health, or locked for new chats."),
    NotModelled.FAILED_SENDS: mark("Attempts that failed and were made again: every slot counts as used once."),
    NotModelled.STEERED_CAMPAIGNS: mark(
        "Campaigns that were paused or cancelled, and messages that people cancelled: they go through like others."
    ),
    NotModelled.EARLIER_BACKLOG: mark("Messages from before the window that left in it: they take no room."),
    NotModelled.GROUPS_OF_NUMBERS: mark("Which number was in which group."),
}
