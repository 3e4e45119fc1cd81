"""Lets recorded intents go through the Gate once more, under one policy, with a clock of its own."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from chalicelib.domain.connection import Connection
from chalicelib.domain.gate import Drafts, room
from chalicelib.domain.instance import Lifecycle
from chalicelib.domain.parking import Line, line_in
from chalicelib.domain.reachout import OPEN
from chalicelib.domain.signals import NONE
from chalicelib.domain.status import Status
from chalicelib.domain.values import DAY, MINUTE
from chalicelib.domain.whatif.report import Fate
from chalicelib.domain.whatif.simulation import IN_USE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from chalicelib.domain.instance import Instance
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.view import View
    from chalicelib.domain.whatif.recorded import Recorded

# How long after the last intent came the replay goes on; who waits then is told as waiting.
PATIENCE = DAY
_ORDER = list(Line)

_Heap = list[tuple[int, int, str]]


@dataclass(slots=True)
class Replay:
    """One run.

    Attributes:
        drafts: The decisions so far, and what they reserved.
        rules_at: The organization as its policy was, or would have been, at an instant.
        fates: What became of each intent, by id.
    """

    drafts: Drafts
    rules_at: Callable[[int], Organization]
    fates: dict[str, Fate] = field(default_factory=dict)
    _intents: dict[str, Intent] = field(default_factory=dict)
    _due: _Heap = field(default_factory=list)
    _lines: dict[str, _Heap] = field(default_factory=dict)
    _order: count[int] = field(default_factory=count)

    def run(self, records: Iterable[Recorded]) -> dict[str, Fate]:
        """Decide everything until nobody waits any more, or patience is at its end."""
        latest = 0
        for one in records:
            latest = max(latest, one.intent.created_at)
            self._admit(one)
        now = 0
        while (moment := self._next(now)) is not None and moment <= latest + PATIENCE:
            now = moment
            rules = self.rules_at(now)
            others = rules is not self.drafts.view.organization
            if others:
                self.drafts.view = replace(self.drafts.view, organization=rules)
            while self._due and self._due[0][0] <= now:
                self._decide(heapq.heappop(self._due)[2], now)
            if others or now % MINUTE == 0:
                self._serve(now)
        return self.fates

    def _admit(self, one: Recorded) -> None:
        intent = one.intent
        if one.refused is not None:
            self.fates[intent.id] = Fate(Status.BLOCKED, one.refused, created_at=intent.created_at)
        elif one.ready_at is None:
            self.fates[intent.id] = Fate(Status.QUEUED, one.held_by, created_at=intent.created_at)
        else:
            self._intents[intent.id] = intent
            heapq.heappush(self._due, (one.ready_at, next(self._order), intent.id))

    def _next(self, now: int) -> int | None:
        """When something happens next: an alarm, or the minute's look at the lines."""
        due = [self._due[0][0]] if self._due else []
        look = [(now // MINUTE + 1) * MINUTE] if any(self._lines.values()) else []
        return min([*due, *look], default=None)

    def _serve(self, now: int) -> None:
        """Let those in the lines go, oldest first, as far as there is room."""
        waiting = [place for place, line in self._lines.items() if line]
        for place in sorted(waiting, key=lambda name: _ORDER.index(line_in(name) or Line.DISPATCH)):
            line = self._lines[place]
            for _ in range(room(self.drafts.view, place, now, len(line))):
                if not self._decide(line[0][2], now):
                    break
                heapq.heappop(line)
            if not line:
                self._told(place, None)

    def _decide(self, intent_id: str, now: int) -> bool:
        """Decide one intent; whether it left where it waited."""
        before = self._intents[intent_id]
        after = self.drafts.decide(before, now)
        if after is before:
            return False
        self._intents[intent_id] = after
        earlier = self.fates.get(intent_id)
        self.fates[intent_id] = Fate.of(after, earlier)
        if after.status is Status.QUEUED:
            self._wait(after, now)
        return True

    def _wait(self, intent: Intent, now: int) -> None:
        if intent.until is not None:
            heapq.heappush(self._due, (max(intent.until, now + 1), next(self._order), intent.id))
        elif intent.parked_on:
            line = self._lines.setdefault(intent.parked_on, [])
            heapq.heappush(line, (intent.created_at, next(self._order), intent.id))
            self._told(intent.parked_on, now)

    def _told(self, place: str, since: int | None) -> None:
        """Let newcomers see that somebody waits in a line, or that nobody does any more."""
        if since is not None and place in self.drafts.view.lines:
            return
        lines = {name: at for name, at in self.drafts.view.lines.items() if name != place}
        if since is not None:
            lines[place] = since
        self.drafts.view = replace(self.drafts.view, lines=lines)


def replayed(view: View, records: Sequence[Recorded], rules_at: Callable[[int], Organization]) -> dict[str, Fate]:
    """What becomes of recorded intents, by id.

    Args:
        view: The organization and its numbers (``idle``).
        records: The intents.
        rules_at: The organization as its policy was, or would have been, at an instant (ms).
    """
    known = {one.intent.id: one.contact for one in records}
    return Replay(Drafts(replace(view, recipients=known)), rules_at).run(records)


def idle(view: View) -> View:
    """The organization with the numbers in use connected, healthy and unused, as both sides of a comparison begin."""
    instances = {name: _ready(one) for name, one in view.instances.items() if one.lifecycle in IN_USE}
    organization = replace(view.organization, paused=None)
    return replace(view, organization=organization, instances=instances, usages={}, lines={}, campaigns={}, groups={})


def _ready(instance: Instance) -> Instance:
    return replace(
        instance,
        lifecycle=Lifecycle.ACTIVE,
        connection=Connection.CONNECTED,
        seen_at=1 << 62,
        paused=None,
        cooldown=None,
        rested=None,
        signals=NONE,
        reachout=OPEN,
    )
