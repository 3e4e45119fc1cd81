"""Dead letters in words: how a redrive stands, and what the queues hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.redrive import RedriveStatus
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

STATUSES: Mapping[RedriveStatus, Word] = {
    RedriveStatus.RUNNING: Word("info", mark("Running"), mark("The messages go to the Gate, minute by minute.")),
    RedriveStatus.CANCELLED: Word("plain", mark("Broken off"), mark("What it came to stays as it is.")),
    RedriveStatus.DONE: Word("go", mark("Done")),
}

# Which queue gave a message up, and what that means.
QUEUES: Mapping[str, str] = {
    "execution": mark("Messages to be sent"),
    "gate": mark("Questions to the Gate"),
    "provider-events": mark("Events from WhatsApp"),
    "projection": mark("Writes that were not counted"),
}
