"""Stores many intents at once: undecided, under one alarm of the batch, and asks the Gate about them at the queue.

The batch with its alarm is stored before the first intent. So whatever dies in between, somebody looks at every intent
that is stored; and a client that repeats the request with its key has the rest stored, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.intake.acceptance import as_stored, refuse_another
from chalicelib.application.ports.contents import MOST_AT_ONCE
from chalicelib.application.telemetry import GATE, PUBLISH_FAILURES
from chalicelib.domain.errors import BatchUndecided, IdempotencyKeyReused, VersionConflict
from chalicelib.domain.status import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.intake.acceptance import Acceptance, Found
    from chalicelib.application.intake.submission import Submission, Taken
    from chalicelib.application.ports.batches import Batches
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.contents import Contents
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.gate_queue import GateQueue
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.domain.batch import Batch
    from chalicelib.domain.intent import Intent

_TRIES = 8


@dataclass(frozen=True, slots=True)
class BulkIntake:
    """Accepts more intents than can be decided while a client waits."""

    acceptance: Acceptance
    batches: Batches
    intents: Intents
    contents: Contents
    queue: GateQueue
    fan_out: FanOut
    clock: Clock
    journal: Journal

    def store(self, wanted: Submission) -> Taken:
        """Accept and store a submission that is held together.

        Raises:
            InvalidInput: One or more make no sense; nothing was accepted.
            IdempotencyKeyReused: The key belongs to another body.
            BatchUndecided: All of it was accepted before, and is still being decided.
        """
        found = self.acceptance.look(wanted, recipients=False)
        accepted = self.acceptance.accept(wanted, found)
        if accepted:
            return self._store(wanted, found, accepted)
        taken = found.taken(wanted, {})
        if wanted.batch is not None and any(map(_undecided, taken.intents)):
            raise BatchUndecided(wanted.batch.id)
        return taken

    def claim(self, batch: Batch) -> bool:
        """Store a batch whose intents need no alarm of its own; whether the key stands for this very request."""
        earlier = self.batches.create(batch)
        return earlier is None or earlier.fingerprint == batch.fingerprint

    def arm(self, batch: Batch) -> None:
        """Let somebody look at the batch's undecided intents, before the first of them is stored.

        Raises:
            IdempotencyKeyReused: The key belongs to another request.
            VersionConflict: Others kept writing.
        """
        for _ in range(_TRIES):
            earlier = self.batches.create(batch.armed(self.clock.now()))
            if earlier is None:
                return
            if earlier.fingerprint != batch.fingerprint:
                raise IdempotencyKeyReused("This Idempotency-Key was used before with another body. Use a new key.")
            if self.batches.save(earlier.armed(self.clock.now())):
                return
        raise VersionConflict(f"{batch.id} kept changing")

    def _store(self, wanted: Submission, found: Found, accepted: list[Intent]) -> Taken:
        if wanted.batch is not None:
            self.arm(wanted.batch)
        new = found.new_campaigns(wanted)
        if new:
            self.acceptance.campaigns.open(wanted.organization_id, new, wanted.actor)
        taken = found.taken(wanted, self._create(wanted, accepted))
        self._ask(wanted.organization_id, taken.intents)
        return taken

    def _create(self, wanted: Submission, accepted: list[Intent]) -> dict[str, Intent]:
        """Store long contents, then the first intent alone (see ``Intake``), then all others side by side."""
        said = wanted.said
        short = {name for name, content in said.items() if self.contents.is_short(content)}
        accepted = [replace(one, content=said[one.id]) if one.id in short else one for one in accepted]
        apart = [(one, said[one.id]) for one in accepted if one.id not in short]
        pages = [apart[start : start + MOST_AT_ONCE] for start in range(0, len(apart), MOST_AT_ONCE)]
        self.fan_out([partial(self.contents.put_many, page) for page in pages])
        first, *others = accepted
        earlier = self.intents.create(first)
        refuse_another(earlier, first.request.fingerprint)
        return as_stored(accepted, [earlier, *self.fan_out([partial(self.intents.create, one) for one in others])])

    def _ask(self, organization_id: str, intents: Sequence[Intent]) -> None:
        """Ask the Gate; what cannot be asked now, the batch's alarm asks later."""
        undecided = [one.id for one in intents if _undecided(one)]
        unasked = self.queue.publish_intents(organization_id, undecided)
        if unasked:
            self.journal.note("intents not sent to the Gate", count=len(unasked))
            self.journal.count(PUBLISH_FAILURES, len(unasked), queue=GATE)


def _undecided(intent: Intent) -> bool:
    return intent.status is Status.PENDING
