"""Dead letters of one organization: how many there are, and a redrive of them, begun and cancelled by people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.errors import NotFound, VersionConflict
from chalicelib.domain.redrive import DEAD, Redrive, succeeding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.dead_letters import DeadLetterQueue
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.intents import Intents, Page
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.redrives import Redrives

# So many exceptions are looked at for a count, in one query.
LOOK = 1_000
_TRIES = 8


@dataclass(frozen=True, slots=True)
class DeadLetterBook:
    """What people see and do.

    Attributes:
        intents: The dead letters themselves: they are never looked for in a queue.
        redrives: Where redrives are.
        queues: The dead-letter queues by the name of what they belong to; all organizations share them.
        fan_out: Asks them together.
        clock: Now.
        journal: Where it is noted that one does not answer.
    """

    intents: Intents
    redrives: Redrives
    queues: Mapping[str, DeadLetterQueue]
    fan_out: FanOut
    clock: Clock
    journal: Journal

    def page(self, organization_id: str, after: str | None, limit: int) -> Page:
        """One page of an organization's dead letters, newest first."""
        return self.intents.page(organization_id, DEAD, after, limit)

    def count(self, organization_id: str) -> int:
        """How many dead letters are among an organization's newest exceptions, a moment late."""
        return self.intents.count_newer(organization_id, DEAD, "", LOOK)

    def messages(self) -> dict[str, int | None]:
        """About how many messages each dead-letter queue has; ``None`` for one that does not answer."""
        found: dict[str, int | None] = dict.fromkeys(self.queues)

        def ask(name: str, queue: DeadLetterQueue) -> None:
            found[name] = queue.count()

        asked = [
            partial(isolated, self.journal, "counting dead letters", partial(ask, name, queue), queue=name)
            for name, queue in self.queues.items()
        ]
        self.fan_out(asked)
        return found

    def redrive(self, organization_id: str) -> Redrive | None:
        """The present redrive, or else the last one."""
        return self.redrives.get(organization_id)

    def begin(self, organization_id: str, actor: str, why: str, per_minute: int) -> Redrive:
        """Begin to redrive all that is a dead letter now; the sweep does it.

        Raises:
            TransitionRefused: A redrive of this organization is running.
        """
        now = self.clock.now()
        new = Redrive(organization_id, actor, why, per_minute, now, now)
        return self._write(organization_id, lambda before: succeeding(before, new))

    def cancel(self, organization_id: str, actor: str) -> Redrive:
        """Let the running redrive go no further.

        Raises:
            NotFound: There never was one.
            TransitionRefused: It does not run.
        """
        return self._write(organization_id, lambda before: _known(before).cancelled(actor, self.clock.now()))

    def _write(self, organization_id: str, change: Callable[[Redrive | None], Redrive]) -> Redrive:
        for _ in range(_TRIES):
            after = change(self.redrives.get(organization_id))
            if self.redrives.save(after):
                return after.stored()
        raise VersionConflict("the redrive kept changing")


def _known(redrive: Redrive | None) -> Redrive:
    if redrive is None:
        raise NotFound("There was no redrive yet.")
    return redrive
