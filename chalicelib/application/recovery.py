"""The sweep: finds what is due, lost, expired or waiting for something that has returned. Safe to run twice at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.attempt import late, lease_ran_out, never_confirmed, repeatable
from chalicelib.domain.listing import position
from chalicelib.domain.status import Status
from chalicelib.domain.values import MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.application.execution.settlement import Settlement
    from chalicelib.application.ports.alarms import Alarms
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.execution_queue import ExecutionQueue
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.waking import Waking
    from chalicelib.domain.intent import Intent

PAGE = 100
LONGEST_REARM = 30 * MINUTE
_WAITING = frozenset({Status.PENDING, Status.QUEUED})
_PUBLISHED = frozenset({Status.APPROVED, Status.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class Recovery:
    """Wakes what is due."""

    alarms: Alarms
    intents: Intents
    queue: ExecutionQueue
    waking: Waking
    settlement: Settlement
    fan_out: FanOut
    clock: Clock
    journal: Journal

    def wake(self, stop_at: float) -> None:
        """Work off due alarms, oldest first, until none is left or the monotonic clock reaches ``stop_at``.

        Whoever waits for the Gate is asked about by queue and stays due until it is decided: a later tick may ask once
        more, which changes nothing and costs a read. To move every alarm instead would cost a write for each intent,
        always; so the queue's length bounds the repetition.
        """
        now = self.clock.now()
        shards = [iter(self.alarms.due(shard, now)) for shard in range(self.alarms.shards)]
        while self.clock.monotonic() < stop_at:
            pages = self.fan_out([partial(_next, shard) for shard in shards])
            names = [name for page in pages for name in page]
            if not names:
                return
            self._work(self._due(names))

    def _due(self, names: Sequence[str]) -> list[Intent]:
        now = self.clock.now()
        due = [intent for intent in self.intents.get_many(names).values() if intent.due(now)]
        return sorted(due, key=position)

    def _work(self, page: list[Intent]) -> None:
        """Look at each intent by itself; publish and ask about together what comes of it, oldest first."""
        looked: list[Intent] = []
        for intent in page:
            isolated(self.journal, "looking at an intent", partial(self._look_at, intent, looked))
        ready = [intent for intent in looked if intent.status in _PUBLISHED]
        isolated(self.journal, "republishing", partial(self._publish, ready))
        waiting = [intent for intent in looked if intent.status in _WAITING]
        isolated(self.journal, "asking the Gate", partial(self._ask, waiting))

    def _ask(self, waiting: list[Intent]) -> None:
        if waiting and not self.waking.behind():
            self.waking.intents(waiting)

    def _look_at(self, intent: Intent, looked: list[Intent]) -> None:
        now = self.clock.now()
        if intent.status is Status.SENDING:
            intent = self._expire_lease(intent)
        elif intent.status is Status.APPROVED:
            intent = self.settlement.write(intent, late)
        elif intent.status is Status.UNCONFIRMED and not repeatable(intent, now):
            self._hold(intent)
            return
        looked.append(intent)

    def _expire_lease(self, intent: Intent) -> Intent:
        if self.clock.now() < intent.lease_until:
            self.intents.rearm(intent, intent.lease_until + SECOND)
            return intent
        after = self.settlement.write(intent, lease_ran_out)
        self.journal.note("lease expired", intent_id=intent.id, status=after.status)
        return after

    def _hold(self, intent: Intent) -> None:
        if self.settlement.write(intent, never_confirmed).status is Status.UNCONFIRMED:
            self.intents.rearm(intent, intent.request.expires_at)

    def _publish(self, intents: list[Intent]) -> None:
        """Publish once more, and look again after as long as each has waited already; at once if it failed."""
        if not intents:
            return
        now = self.clock.now()
        failed = set(self.queue.publish(intents, now))
        if failed:
            self.journal.note("approvals not published", count=len(failed))
        published = [intent for intent in intents if intent.id not in failed]
        self.fan_out([partial(self.intents.rearm, intent, _next_look(intent, now)) for intent in published])


def _next_look(intent: Intent, now: int) -> int:
    waited = max(MINUTE, now - max(intent.not_before, intent.retry_at))
    return now + min(waited, LONGEST_REARM)


def _next(names: Iterator[str]) -> list[str]:
    return list(islice(names, PAGE))
