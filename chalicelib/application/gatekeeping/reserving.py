"""Decides and reserves until the reservations hold, however many others decide at the same time."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.reservations import reserved_on
from chalicelib.application.telemetry import GATE_CONTENDED
from chalicelib.domain.gate import Drafts
from chalicelib.domain.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.application.gatekeeping.looking import Looking
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.reservations import Reservations
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.view import View

    # Writes beside a reservation: each is given the decisions that are being reserved for.
    Beside = Sequence[Callable[[Sequence[Intent]], None]]

_TRIES = 6
# Who lost tries again within so many times what a try takes, and within twice as long each time after that: a crowd
# of fifty spreads out, however fast the table is at the moment. At the most it waits so many seconds.
_CROWD = 100
_LONGEST_PAUSE = 6.0


@dataclass(slots=True)
class _Pass:
    """What one try came to.

    Attributes:
        ended: Intents with a decision that holds.
        lost: Intents whose reservation somebody else was faster to change.
        half: Approvals of those that had reserved a part of what they need.
        contended: Ids of the numbers on which reservations were lost.
    """

    contended: frozenset[str]
    ended: list[Intent] = field(default_factory=list)
    lost: list[Intent] = field(default_factory=list)
    half: list[Intent] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reserving:
    """Decides intents in turn and writes what they reserve: one write per number, per recipient and per plan."""

    looking: Looking
    reservations: Reservations
    fan_out: FanOut
    clock: Clock
    ids: Ids
    journal: Journal

    def decide(self, intents: Sequence[Intent], view: View, beside: Beside = ()) -> list[Intent]:
        """Decide intents of one organization and reserve their slots; nothing is recorded yet.

        Args:
            intents: PENDING or QUEUED intents, oldest first.
            view: The organization's view as just loaded, with the recipients.
            beside: Writes that may happen side by side with the first reservation, each given what was decided then.

        Returns:
            The intents with their decision, in the order given; one that stayed contended comes back undecided.
        """
        done: dict[str, Intent] = {}
        waiting, contended = list(intents), frozenset[str]()
        took = 0.0
        for attempt in range(_TRIES):
            if attempt:
                self._spread(took * 2 ** (attempt - 1))
                view = self.looking.view(view.organization.id, {one.id: one.request.target for one in waiting})
            began = self.clock.monotonic()
            tried = self._try(Drafts(view), waiting, contended, beside if attempt == 0 else ())
            took = self.clock.monotonic() - began
            done.update((intent.id, intent) for intent in tried.ended)
            waiting, contended = tried.lost, tried.contended
            if not waiting:
                break
        else:
            self.journal.note("gate contended", undecided=len(waiting))
            self.journal.count(GATE_CONTENDED, len(waiting))
        return [done.get(intent.id, intent) for intent in intents]

    def _spread(self, took: float) -> None:
        """Wait at random, so that those who lost together do not meet again; ``took`` s is what a try takes."""
        self.clock.sleep(self.ids.draw() * min(_CROWD * took, _LONGEST_PAUSE))

    def _try(
        self,
        drafts: Drafts,
        waiting: Sequence[Intent],
        contended: frozenset[str],
        beside: Beside,
    ) -> _Pass:
        """Decide once on what is known, and write what that reserves."""
        now = self.clock.now()
        outcomes = [drafts.decide(intent, now, contended) for intent in waiting]
        reserved, met = self._write(drafts, [partial(task, outcomes) for task in beside])
        tried = _Pass(frozenset(drafts.usages.keys() - reserved))
        for before, after in zip(waiting, outcomes, strict=True):
            needs = frozenset(reserved_on(after)) if after.status is Status.APPROVED else frozenset()
            if needs and not (needs <= reserved and drafts.recipient(after).id in met):
                tried.lost.append(before)
                if needs & reserved:
                    tried.half.append(after)
            else:
                tried.ended.append(after)
        self.reservations.give_back(tried.half, only=reserved)
        return tried

    def _write(self, drafts: Drafts, beside: Sequence[Callable[[], None]]) -> tuple[set[str], set[str]]:
        """Write usages and recipients side by side: the ids of those that nobody else had changed."""
        organization_id = drafts.view.organization.id
        usages, people = list(drafts.usages.values()), list(drafts.people.values())
        stored = self.fan_out(
            [
                *(partial(self.looking.views.save_usage, organization_id, usage) for usage in usages),
                *(partial(self.looking.book.contacts.save, person) for person in people),
                *(partial(_run, task) for task in beside),
            ]
        )
        reserved = {one.instance_id for one, kept in zip(usages, stored, strict=False) if kept}
        met = {one.id for one, kept in zip(people, stored[len(usages) :], strict=False) if kept}
        return reserved, met


def _run(task: Callable[[], None]) -> bool:
    task()
    return True
