"""What can happen to a number, as its journal says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.instance import JournalType
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

JOURNAL: Mapping[JournalType, Word] = {
    JournalType.CREATED: Word("plain", mark("Created")),
    JournalType.CHANGED: Word("plain", mark("Changed")),
    JournalType.POLICY_CHANGED: Word("plain", mark("Pace changed")),
    JournalType.PHONE_REVEALED: Word("info", mark("Phone revealed")),
    JournalType.CONNECTION: Word("info", mark("Connection")),
    JournalType.PAUSED: Word("wait", mark("Paused")),
    JournalType.RESUMED: Word("go", mark("Resumed")),
    JournalType.COOLDOWN_ENTERED: Word("wait", mark("Sent to rest")),
    JournalType.COOLDOWN_LEFT: Word("go", mark("Rest over")),
    JournalType.RAMP_ENDED: Word("go", mark("Back at full pace"), mark("The way back after its rest is over.")),
    JournalType.REACHOUT_REFUSED: Word("wait", mark("A new contact was out of reach")),
    JournalType.REACHOUT_LOCKED: Word("stop", mark("New chats locked")),
    JournalType.REACHOUT_PROBED: Word("info", mark("One new chat is tried")),
    JournalType.REACHOUT_UNLOCKED: Word(
        "go", mark("New chats work again"), mark("Somebody new was reached, so the lock is over.")
    ),
    JournalType.TOKEN_PROBLEM: Word("stop", mark("A known contact was refused")),
    JournalType.BANNED: Word("stop", mark("Banned"), mark("WhatsApp banned the account.")),
    JournalType.REINSTATED: Word("go", mark("Reinstated")),
    JournalType.RETIRED: Word("plain", mark("Retired"), mark("Taken out of use for good.")),
}
