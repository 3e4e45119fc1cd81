"""What people do about messages: cancel, retry, resolve. Whoever writes first wins; whether it leaves, the Gate says.

A new logical send is decided at once, so that whoever asked for it sees the answer. Should that fail, the alarm of the
intent brings it to the Gate two seconds later.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.application.queries import owned
from chalicelib.domain.errors import TransitionRefused, VersionConflict
from chalicelib.domain.intervention import Resolution, cancel, require_generation, resolve, retry
from chalicelib.domain.listing import position
from chalicelib.domain.request import renewed
from chalicelib.domain.status import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.execution.settlement import Settlement
    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.contents import Contents
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.reservations import Reservations
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content


@dataclass(frozen=True, slots=True)
class By:
    """Who wants something done about a message.

    Attributes:
        actor: Who, for the timeline.
        why: Why, in that person's words.
        seen: The logical send that they looked at; ``None`` for the one there is when they ask.
    """

    actor: str
    why: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Interventions:
    """Does what people want done about messages."""

    intents: Intents
    contents: Contents
    settlement: Settlement
    reservations: Reservations
    gatekeeper: Gatekeeper
    fan_out: FanOut
    clock: Clock
    journal: Journal

    def cancel(self, organization_id: str, intent_id: str, by: By) -> None:
        """Let a message not leave; one that was cancelled before stays as it is.

        Raises:
            NotFound: Unknown here.
            TransitionRefused: It is with the provider, or may be, or it has ended.
        """
        intent = owned(self.intents, organization_id, intent_id)
        self._forget(self.settlement.write(intent, lambda stored, now: cancel(stored, by.actor, by.why, now)))

    def retry(self, organization_id: str, intent_id: str, by: By, expires_at: int | None = None) -> None:
        """Have a failed or blocked message decided once more.

        Args:
            organization_id: Whose message.
            intent_id: The message.
            by: Who wants it.
            expires_at: When it becomes worthless, ms; by default as before, or as usual if that is over.

        Raises:
            NotFound: Unknown here.
            InvalidInput: ``expires_at`` makes no sense.
            TransitionRefused: It is not to be retried, or somebody was faster.
        """
        intent = owned(self.intents, organization_id, intent_id)
        content = self.contents.get_many([intent]).get(intent.id)
        self._decide([self._retried(intent, content, by, expires_at)])

    def retry_for(self, intents: Sequence[Intent], actor: str, why: str) -> dict[str, Intent]:
        """Have many messages decided once more, whoever's they are.

        Returns:
            Those that were retried, by id, as they are after the Gate's answer. What is not to be retried is missing,
            and so is what somebody else was faster with.
        """
        contents, by = self.contents.get_many(intents), By(actor, why)
        tried = self.fan_out([partial(self._tried, intent, contents.get(intent.id), by) for intent in intents])
        retried = [intent for intent in tried if intent is not None]
        self._decide(retried)
        return self.intents.get_many([intent.id for intent in retried])

    def resolve(self, organization_id: str, intent_id: str, resolution: Resolution, by: By) -> None:
        """Settle the unknown outcome of a message, by what somebody knows or risks.

        Raises:
            NotFound: Unknown here.
            TransitionRefused: Its outcome is not unknown, or somebody was faster.
        """
        intent = owned(self.intents, organization_id, intent_id)
        seen = intent.generation if by.seen is None else by.seen

        def step(stored: Intent, now: int) -> Intent:
            require_generation(stored, seen)
            return resolve(stored, resolution, by.actor, by.why, now)

        after = self.settlement.write(intent, step)
        if resolution is Resolution.RESEND:
            self._decide([after])
        elif resolution is Resolution.NOT_SENT:
            self._forget(after)

    def _forget(self, intent: Intent) -> None:
        """Let the recipient's memory forget what nobody can have been told, so that the same may be said anew.

        The slots of attempts that were made stay used; that of one that was still to come is free again.
        """
        waited = intent.status is Status.FAILED and intent.has_next_slot
        self.reservations.give_back([intent], only=None if waited else ())

    def _tried(self, intent: Intent, content: Content | None, by: By) -> Intent | None:
        try:
            return self._retried(intent, content, by)
        except (TransitionRefused, VersionConflict):
            return None

    def _retried(self, intent: Intent, content: Content | None, by: By, wanted: int | None = None) -> Intent:
        """Store an intent that is to be decided once more, and before that its content for as long as it lives now."""
        seen = intent.generation if by.seen is None else by.seen
        expires_at = renewed(intent.request, wanted, self.clock.now())

        def step(stored: Intent, now: int) -> Intent:
            require_generation(stored, seen)
            return retry(stored, by.actor, by.why, expires_at, now)

        after = step(intent, self.clock.now())
        if content is None:
            raise TransitionRefused(f"{intent.id} is {intent.status}: what it said is no longer kept; submit it anew")
        if intent.content is None and expires_at > intent.request.expires_at:
            self.contents.put_many([(after, content)])
        return self.settlement.write(intent, step)

    def _decide(self, intents: Sequence[Intent]) -> None:
        """Have the Gate decide, each organization's oldest first."""
        by_organization: dict[str, list[Intent]] = defaultdict(list)
        for intent in sorted(intents, key=position):
            by_organization[intent.organization_id].append(intent)
        for organization_id, theirs in by_organization.items():
            ask = partial(self.gatekeeper.decide_again, theirs)
            isolated(self.journal, "asking the Gate", ask, organization_id=organization_id)
