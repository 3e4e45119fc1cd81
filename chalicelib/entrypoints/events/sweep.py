"""The minute's tick."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.application.telemetry import SWEEP_DURATION, SWEEP_FINISHED
from chalicelib.bootstrap import services
from chalicelib.domain.values import SECOND

if TYPE_CHECKING:
    from chalice.app import CloudWatchEvent

# What a sweep leaves unused of its function's time, seconds.
_RESERVE = 10.0


def sweep(event: CloudWatchEvent) -> None:
    """Wake what is due, ask about sessions, look at the parking places; what does not fit waits for the next tick.

    The Gate itself is asked by queue: whatever it has to decide takes nothing of this minute. Only what a cancelled
    campaign leaves behind, and what a redrive takes up at its rate, is decided here, last of all.
    """
    remaining = event.context.get_remaining_time_in_millis() / 1000  # type: ignore[union-attr]
    journal, clock = services().journal, services().clock
    began_at = clock.monotonic()
    stop_at = began_at + remaining - _RESERVE
    woken = isolated(journal, "waking", partial(services().recovery.wake, stop_at))
    # A provider that hangs must not keep what waits for the others.
    now = clock.monotonic()
    asked = isolated(journal, "asking about sessions", partial(services().probing.due, (now + stop_at) / 2))
    looked = isolated(journal, "looking at parking places", partial(services().place_sweep.run, stop_at))
    watched = isolated(journal, "looking at batches", partial(services().batch_watch.look, stop_at))
    cleared = isolated(journal, "clearing cancelled campaigns", partial(services().clearing.work, stop_at))
    redriven = isolated(journal, "redriving", partial(services().redriving.work, stop_at))
    journal.measure(SWEEP_DURATION, int((clock.monotonic() - began_at) * SECOND))
    if not (woken and asked and looked and watched and cleared and redriven):
        raise RuntimeError("the sweep did not finish; its log says why, and the next tick tries again")
    journal.count(SWEEP_FINISHED)
