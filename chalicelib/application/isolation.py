"""One poison item must not take its neighbours along: it is noted and left where it is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.ports.journal import Journal


def isolated(journal: Journal, what: str, work: Callable[[], object], **facts: str) -> bool:
    """Do one piece of work.

    Args:
        journal: Where a failure is noted, with its traceback.
        what: What is being done, for that note.
        work: The work; it must be safe to do again.
        **facts: Ids that say which piece it was.

    Returns:
        Whether it succeeded.
    """
    try:
        work()
    except Exception:  # noqa: BLE001 - whatever it is, the next item must have its turn
        journal.failure(f"{what} failed", **facts)
        return False
    return True
