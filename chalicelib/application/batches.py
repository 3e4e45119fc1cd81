"""What became of a batch: for whoever asks, and for the sweep that sees to what is not decided yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.application.telemetry import GATE, PUBLISH_FAILURES
from chalicelib.application.waking import MOST_QUESTIONS
from chalicelib.domain.errors import NotFound
from chalicelib.domain.status import Status
from chalicelib.domain.values import is_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.ports.batches import Batches
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.gate_queue import GateQueue
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.domain.batch import Batch
    from chalicelib.domain.intent import Intent

# So many batches are looked at in one tick's query.
LOOKS = 25


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One page of a batch's intents.

    Attributes:
        batch: The batch.
        start: Index of the first one shown.
        intents: The intents from there on; ``None`` for one that was never stored.
        after: Index to continue from; ``None`` at the end.
        counts: How many intents of the whole batch are where; only on the first page.
    """

    batch: Batch
    start: int
    intents: tuple[Intent | None, ...]
    after: int | None
    counts: Mapping[Status, int] | None


@dataclass(frozen=True, slots=True)
class BatchQueries:
    """Answers questions about one organization's batches."""

    batches: Batches
    intents: Intents

    def page(self, organization_id: str, batch_id: str, after: int | None, limit: int) -> BatchPage:
        """What became of a batch, strongly consistent.

        The first page reads every intent, to count them; later ones only what they show.

        Args:
            organization_id: Whose batch.
            batch_id: The batch.
            after: Index from the page before.
            limit: At most this many.

        Raises:
            NotFound: Unknown here; another organization's batch answers exactly the same.
        """
        batch = self.batches.get(batch_id) if is_id(batch_id, "bat") else None
        if batch is None or batch.organization_id != organization_id:
            raise NotFound("There is no such batch.")
        start = after or 0
        shown = batch.ids(start, start + limit)
        known = _of(batch, self.intents.get_many(shown if start else batch.ids()))
        counts = None if start else Counter(one.status for one in known.values())
        end = start + len(shown)
        intents = tuple(known.get(name) for name in shown)
        return BatchPage(batch, start, intents, end if end < batch.count else None, counts)


@dataclass(frozen=True, slots=True)
class BatchWatch:
    """Looks at batches whose alarm went off: what is undecided is asked about again, less and less often."""

    batches: Batches
    intents: Intents
    queue: GateQueue
    clock: Clock
    journal: Journal

    def look(self, stop_at: float) -> None:
        """Look at due batches, longest due first, until none is left or the monotonic clock reaches ``stop_at``."""
        seen: set[str] = set()
        while self.clock.monotonic() < stop_at:
            due = [name for name in self.batches.due(self.clock.now(), LOOKS + len(seen)) if name not in seen]
            if not due:
                return
            full = self.queue.backlog() > MOST_QUESTIONS
            for batch_id in due:
                if self.clock.monotonic() >= stop_at:
                    return
                look = partial(self._look_at, batch_id, ask=not full)
                isolated(self.journal, "looking at a batch", look, batch_id=batch_id)
            seen.update(due)

    def _look_at(self, batch_id: str, *, ask: bool) -> None:
        """Look at one batch. Somebody who stores more of it meanwhile sets its alarm anew, and ours is not written."""
        batch, now = self.batches.get(batch_id), self.clock.now()
        if batch is None or batch.look_at is None or batch.look_at > now:
            return
        known = _of(batch, self.intents.get_many(batch.ids()))
        undecided = [name for name in batch.ids() if name in known and known[name].status is Status.PENDING]
        unasked = self.queue.publish_intents(batch.organization_id, undecided) if undecided and ask else ()
        if unasked:
            self.journal.note("intents not sent to the Gate", batch_id=batch_id)
            self.journal.count(PUBLISH_FAILURES, len(unasked), queue=GATE)
        self.batches.save(batch.looked_at(now, undecided=bool(undecided)))


def _of(batch: Batch, found: Mapping[str, Intent]) -> dict[str, Intent]:
    """The batch's own: a request under the same idempotency key may hold the id of its first intent."""
    return {name: intent for name, intent in found.items() if intent.batch_id == batch.id}
