"""The sweep: finds what is due, lost, expired or waiting for something that has returned. Safe to run twice at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.application.telemetry import EXECUTION, LEASE_EXPIRIES, PUBLISH_FAILURES, UNCONFIRMED_AGE
from chalicelib.domain.attempt import (
    UNKNOWN_LOOK,
    VANISHED,
    late,
    lease_ran_out,
    never_confirmed,
    next_try,
    rescheduled,
)
from chalicelib.domain.listing import position
from chalicelib.domain.status import Status
from chalicelib.domain.values import MINUTE, SECOND
from chalicelib.domain.verdict import repeatable, repeats_in_slot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.application.execution.settlement import Settlement
    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.application.ports.alarms import Alarms
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.execution_queue import ExecutionQueue
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.waking import Waking
    from chalicelib.domain.intent import Intent

PAGE = 100
LONGEST_REARM = 30 * MINUTE
# What is unconfirmed for so long is looked at again and again, so that the alarm on its age rings until it is resolved.
ALARMING_DOUBT = 15 * MINUTE
# While sending is switched off approvals are looked at again this soon: they leave soon after it is switched on.
SHADOW_REARM = 5 * MINUTE
_WAITING = frozenset({Status.PENDING, Status.QUEUED})
# With more messages than this on the queue the sweep publishes nothing again.
MOST_PUBLISHED = 1_000


@dataclass(frozen=True, slots=True)
class Recovery:
    """Wakes what is due.

    Attributes:
        enabled: Whether anything is sent at all, see ``EXECUTION_QUEUE_ENABLED``.
    """

    alarms: Alarms
    intents: Intents
    queue: ExecutionQueue
    waking: Waking
    settlement: Settlement
    gatekeeper: Gatekeeper
    views: GateViews
    fan_out: FanOut
    clock: Clock
    journal: Journal
    enabled: bool = True

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
        looks = [partial(self._look_at, intent, looked) for intent in page]
        self.fan_out([partial(isolated, self.journal, "looking at an intent", look) for look in looks])
        looked.sort(key=position)
        now = self.clock.now()
        ready = [intent for intent in looked if intent.status is Status.APPROVED or repeats_in_slot(intent, now)]
        isolated(self.journal, "republishing", partial(self._publish, ready))
        waiting = [intent for intent in looked if intent.status in _WAITING]
        isolated(self.journal, "asking the Gate", partial(self._ask, waiting))

    def _ask(self, waiting: list[Intent]) -> None:
        if waiting and not self.waking.behind():
            self.waking.intents(waiting)

    def _look_at(self, intent: Intent, looked: list[Intent]) -> None:
        """An approval whose slot is over is published all the same: its worker sees to another."""
        if intent.status is Status.SENDING:
            intent = self._expire_lease(intent)
        elif intent.status is Status.APPROVED and intent.expired(self.clock.now()):
            intent = self.settlement.write(intent, late)
        elif intent.status is Status.UNCONFIRMED:
            intent = self._resolve(intent)
        looked.append(intent)

    def _expire_lease(self, intent: Intent) -> Intent:
        now = self.clock.now()
        if now < intent.lease_until:
            self.intents.rearm(intent, intent.lease_until + SECOND)
            return intent
        at = next_try(intent, VANISHED, now)
        again = None if at is None or not self.enabled else self.gatekeeper.slot_again(intent, at)
        after = self.settlement.write(intent, lambda one, at: lease_ran_out(one, at, again))
        self.journal.note("lease expired", intent_id=intent.id, status=after.status)
        self.journal.count(LEASE_EXPIRIES)
        return after

    def _resolve(self, intent: Intent) -> Intent:
        """Have an unconfirmed send repeated as long as that is safe; afterwards its policy says what becomes of it."""
        now = self.clock.now()
        self.journal.measure(UNCONFIRMED_AGE, now - intent.unknown_since)
        if repeatable(intent, now):
            return intent if repeats_in_slot(intent, now) else self._give_slot(intent)
        rule = self.views.load(intent.organization_id).policy(intent.instance_id).on_unconfirmed
        after = self.settlement.write(intent, lambda one, at: never_confirmed(one, rule, at))
        if after.status is Status.UNCONFIRMED:
            alarming = intent.unknown_since + ALARMING_DOUBT
            look = alarming if now < alarming else now + LONGEST_REARM
            self.intents.rearm(intent, min(intent.request.expires_at, look))
        return after

    def _give_slot(self, intent: Intent) -> Intent:
        """The intent with a slot for its repeat; one without is looked at again a little later."""
        now = self.clock.now()
        slot = self.gatekeeper.slot_again(intent, now) if self.enabled else None
        if slot is None:
            self.intents.rearm(intent, now + UNKNOWN_LOOK)
            return intent
        return self.settlement.write(intent, lambda one, at: rescheduled(one, slot, at))

    def _publish(self, intents: list[Intent]) -> None:
        """Publish once more, and look again after as long as each has waited already; at once if it failed."""
        if not intents or self._is_behind():
            return
        now = self.clock.now()
        failed = set(self.queue.publish(intents, now))
        if failed:
            self.journal.note("approvals not published", count=len(failed))
            self.journal.count(PUBLISH_FAILURES, len(failed), queue=EXECUTION)
        published = [intent for intent in intents if intent.id not in failed]
        self.fan_out([partial(self.intents.rearm, intent, self._next_look(intent, now)) for intent in published])

    def _is_behind(self) -> bool:
        """Whether so many approvals wait for a worker that publishing them twice would only add to them."""
        waiting = self.queue.backlog()
        if waiting > MOST_PUBLISHED:
            self.journal.note("the engine is behind", messages=waiting)
        return waiting > MOST_PUBLISHED

    def _next_look(self, intent: Intent, now: int) -> int:
        ready = max(intent.not_before, intent.retry_at)
        waited = max(MINUTE, now - ready)
        return max(now, ready) + min(waited, LONGEST_REARM if self.enabled else SHADOW_REARM)


def _next(names: Iterator[str]) -> list[str]:
    return list(islice(names, PAGE))
