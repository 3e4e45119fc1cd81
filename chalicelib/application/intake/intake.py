"""Takes message intents in: a few are decided while the client waits, many are stored and decided at the queue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.intake.acceptance import as_stored, refuse_another
from chalicelib.application.intake.submission import Accepted, AcceptedBatch, alone, together
from chalicelib.domain.batch import DECIDED_AT_ONCE
from chalicelib.domain.errors import IdempotencyKeyReused
from chalicelib.domain.status import Status
from chalicelib.domain.values import SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.application.gatekeeping.reserving import Beside
    from chalicelib.application.intake.acceptance import Acceptance, Found
    from chalicelib.application.intake.bulk import BulkIntake
    from chalicelib.application.intake.draft import Draft
    from chalicelib.application.intake.submission import Submission, Taken
    from chalicelib.application.ports.contents import Contents
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.gate_queue import GateQueue
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.intents import Intents
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content

# What stayed contended is asked about again after this long.
CONTENDED = SECOND
# What was refused keeps what it said with it: that is one write less.
_WILL_NOT_LEAVE = frozenset({Status.BLOCKED, Status.DROPPED})


@dataclass(frozen=True, slots=True)
class Intake:
    """Accepts message intents."""

    acceptance: Acceptance
    bulk: BulkIntake
    gatekeeper: Gatekeeper
    gate_queue: GateQueue
    intents: Intents
    contents: Contents
    fan_out: FanOut
    ids: Ids

    def submit(self, organization_id: str, actor: str, draft: Draft, idempotency_key: str | None) -> Accepted:
        """Accept one intent, decide it and publish it when it is approved.

        Args:
            organization_id: The caller's organization.
            actor: Who asks, for the timeline.
            draft: What is asked for.
            idempotency_key: The same key with the same body is accepted once.

        Raises:
            InvalidInput: An instant, the instance or the campaign makes no sense.
            IdempotencyKeyReused: The key belongs to another body.
        """
        wanted = alone(self.ids, organization_id, actor, draft, idempotency_key)
        taken = self._decide_at_once(wanted)
        return Accepted(taken.intents[0], draft.content, taken.organization, taken.replayed)

    def submit_many(
        self, organization_id: str, actor: str, drafts: Sequence[Draft], idempotency_key: str | None
    ) -> AcceptedBatch:
        """Accept 1 to 1,000 intents, all or none; up to 25 are decided now, more as soon as the queue brings them.

        Args:
            organization_id: The caller's organization.
            actor: Who asks, for the timelines.
            drafts: What is asked for.
            idempotency_key: The same key with the same body is accepted once; a repetition goes on where an earlier
                request broke off.

        Raises:
            InvalidInput: One or more make no sense; every mistake is named, and nothing was accepted.
            IdempotencyKeyReused: The key belongs to another body, or to another number of intents.
            BatchUndecided: All of it was accepted before, and the queue has not brought everything yet.
        """
        wanted = together(self.ids, organization_id, actor, drafts, idempotency_key, self.acceptance.clock.now())
        if wanted.batch is None:
            raise AssertionError("many wishes are held together")
        take_in = self._decide_at_once if len(drafts) <= DECIDED_AT_ONCE else self.bulk.store
        taken = take_in(wanted)
        contents = tuple(draft.content for draft in drafts)
        return AcceptedBatch(wanted.batch, taken.intents, contents, taken.organization, taken.replayed)

    def _decide_at_once(self, wanted: Submission) -> Taken:
        found = self.acceptance.look(wanted, recipients=True)
        accepted = self.acceptance.accept(wanted, found)
        return found.taken(wanted, self._decide(wanted, found, accepted) if accepted else {})

    def _decide(self, wanted: Submission, found: Found, accepted: list[Intent]) -> dict[str, Intent]:
        claims: list[bool] = []
        decided = self.gatekeeper.decide(accepted, found.view, beside=self._beside(wanted, found, claims))
        said = wanted.said
        decided = [replace(one, content=said[one.id]) if self._keeps(one, said[one.id]) else one for one in decided]
        try:
            earlier = self._record(wanted, found, decided, claimed=all(claims))
        except IdempotencyKeyReused:
            self.gatekeeper.withdraw(decided)
            raise
        except Exception:
            self.gatekeeper.disown(decided)
            raise
        created = [one for one, before in zip(decided, earlier, strict=True) if before is None]
        self.gatekeeper.withdraw(one for one, before in zip(decided, earlier, strict=True) if before is not None)
        self.gatekeeper.announce(created, found.view)
        undecided = [one.id for one in created if one.status is Status.PENDING]
        if undecided:
            self.gate_queue.publish_intents(wanted.organization_id, undecided, CONTENDED)
        return as_stored(decided, earlier)

    def _beside(self, wanted: Submission, found: Found, claims: list[bool]) -> Beside:
        """What may be written side by side with the reservations: nothing of it can send anything."""
        said = wanted.said

        def keep_contents(decided: Sequence[Intent]) -> None:
            apart = [(one, said[one.id]) for one in decided if not self._keeps(one, said[one.id])]
            if apart:
                self.contents.put_many(apart)

        def claim_key(_decided: Sequence[Intent]) -> None:
            if wanted.batch is not None:
                claims.append(self.bulk.claim(wanted.batch))

        def begin_campaigns(_decided: Sequence[Intent]) -> None:
            self.acceptance.campaigns.open(wanted.organization_id, found.new_campaigns(wanted), wanted.actor)

        return [keep_contents, claim_key, begin_campaigns]

    def _record(self, wanted: Submission, found: Found, decided: list[Intent], *, claimed: bool) -> list[Intent | None]:
        """Store decided intents; returns for each what was there before.

        The first one is stored alone: should the key belong to another request, nothing else of this one is.
        """
        if not claimed:
            raise IdempotencyKeyReused("This Idempotency-Key was used before with another body. Use a new key.")
        if wanted.batch is not None and any(one.status is Status.PENDING for one in decided):
            self.bulk.arm(wanted.batch)
        self.gatekeeper.park(decided, found.view)
        first, *others = decided
        earlier = self.intents.create(first)
        refuse_another(earlier, first.request.fingerprint)
        return [earlier, *self.fan_out([partial(self.intents.create, one) for one in others])]

    def _keeps(self, intent: Intent, content: Content) -> bool:
        """Whether an intent has its content with it: a short one, or any when it will not leave."""
        return intent.status in _WILL_NOT_LEAVE or self.contents.is_short(content)
