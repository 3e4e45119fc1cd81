"""What was just done, said on the page that shows it: the address names the sentence by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

# Code → kind of badge, sentence.
NOTICES: Mapping[str, tuple[str, str]] = {
    "signed_out": ("info", mark("You are signed out.")),
    "paused": (
        "wait",
        mark("Paused. Nothing more leaves from this number until somebody resumes it or its pause ends."),
    ),
    "all_paused": (
        "wait",
        mark("All sending is paused. Nothing more leaves from any number until somebody resumes it or the pause ends."),
    ),
    "resumed": ("go", mark("Resumed. What waited leaves at the policy's pace.")),
    "cooled_down": ("wait", mark("Sent to rest. What is addressed to this number waits.")),
    "cooldown_ended": ("go", mark("The rest is over.")),
    "logged_out": ("info", mark("Logged out: the pairing with the phone is gone.")),
    "retired": ("info", mark("Retired: this number will not send again.")),
    "reinstated": ("go", mark("Reinstated: pair it again; its warm-up starts from day one.")),
    "redrive_begun": ("info", mark("The redrive has begun: every minute some go through the Gate again.")),
    "redrive_cancelled": ("plain", mark("The redrive is cancelled. Whatever was decided anew stays so.")),
    "saved": ("go", mark("Saved.")),
    "already_done": ("info", mark("That had been done already; the page shows the present state.")),
    "not_possible": ("stop", mark("That is not possible in the present state. The page shows what is.")),
    "unreachable": ("stop", mark("The provider does not answer. Nothing was changed; try again.")),
    "message_cancel": ("info", mark("Cancelled: it does not leave.")),
    "message_retry": ("info", mark("Retried. The page shows what the Gate said.")),
    "message_resolve": ("info", mark("Written down. The page shows what it is now.")),
    "overtaken": (
        "stop",
        mark("The message changed before that was done, so nothing was done. The page shows what it is now."),
    ),
}
