"""The sweep's part of a redrive: what failed is decided anew, then messages that say nothing any more are deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.domain.redrive import DEAD, PAGE, Fate, is_moot
from chalicelib.domain.status import Status
from chalicelib.domain.values import MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.interventions import Interventions
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.dead_letters import DeadLetter, DeadLetterQueue
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.redrives import Redrives
    from chalicelib.domain.redrive import Redrive

# So many redrives are looked at in one tick.
REDRIVES = 25
# A message that stays is not looked at again for this long: a long queue is worked through in several ticks.
ASIDE = 15 * MINUTE
_TRIES = 8


@dataclass(slots=True)
class _Look:
    """What one look through the queue came to.

    Attributes:
        kept: The messages that stay.
        undecided: Organizations of intents that are to be decided anew and are not yet.
        whole: Whether the queue's end was reached.
    """

    kept: list[DeadLetter] = field(default_factory=list)
    undecided: set[str] = field(default_factory=set)
    whole: bool = False

    @property
    def unreadable(self) -> list[DeadLetter]:
        """Those of them that nobody can read."""
        return [one for one in self.kept if one.intent_id is None]


@dataclass(frozen=True, slots=True)
class Redriving:
    """Works on redrives, in as many ticks as it takes; safe to run twice at once."""

    redrives: Redrives
    queue: DeadLetterQueue
    intents: Intents
    interventions: Interventions
    clock: Clock
    journal: Journal

    def work(self, stop_at: float) -> None:
        """Go on with every redrive, until its rate is used up or the monotonic clock reaches ``stop_at``."""
        searched: list[Redrive] = []
        for organization_id in self.redrives.unfinished(REDRIVES):
            work = partial(self._search, organization_id, stop_at, searched)
            isolated(self.journal, "redriving dead letters", work, organization_id=organization_id)
        if searched:
            self._tidy(searched, stop_at)

    def _search(self, organization_id: str, stop_at: float, searched: list[Redrive]) -> None:
        """Redrive page by page; an organization that has come to its list's end is added to ``searched``."""
        redrive = self.redrives.get(organization_id)
        while redrive and (redrive.page or redrive.searching) and self.clock.monotonic() < stop_at:
            if redrive.page:
                redrive = self._book(redrive, self._redrive(redrive))
            elif redrive.room(self.clock.now()):
                redrive = self._save(self._taking(redrive))
            else:
                return
        if redrive and redrive.running and not redrive.page and not redrive.searching:
            searched.append(redrive)

    def _taking(self, redrive: Redrive) -> Redrive:
        now = self.clock.now()
        limit = min(redrive.room(now), PAGE)
        found = self.intents.page(redrive.organization_id, DEAD, redrive.after, limit)
        return redrive.taking((one.id for one in found.intents if redrive.concerns(one)), found.after, now)

    def _redrive(self, redrive: Redrive) -> list[Fate | None]:
        """Have a page's intents decided anew; what each comes to is read off the intent, whoever did it."""
        known, now = self.intents.get_many(redrive.page), self.clock.now()
        wanted = [intent for intent in known.values() if redrive.wants(intent, now)]
        if wanted:
            retry = partial(self.interventions.retry_for, wanted, redrive.by, redrive.why)
            isolated(self.journal, "redriving a page", retry, organization_id=redrive.organization_id)
            known = self.intents.get_many(redrive.page)
        fates = [redrive.fate_of(known.get(name), now) for name in redrive.page]
        # What a running redrive has left where it was it has tried in vain.
        return [Fate.FAILED if fate is None and redrive.running else fate for fate in fates]

    def _book(self, redrive: Redrive, fates: Sequence[Fate | None]) -> Redrive | None:
        """Count a page; ``None`` when somebody else has counted it."""
        page, began = redrive.page, redrive.started_at
        for _ in range(_TRIES):
            stored = self._save(redrive.booked(fates))
            if stored:
                return stored
            known = self.redrives.get(redrive.organization_id)
            if known is None or (known.page, known.started_at) != (page, began):
                return None
            redrive = known
        return None

    def _tidy(self, searched: Sequence[Redrive], stop_at: float) -> None:
        """Delete what is moot; once every message was looked at since their search ended, these redrives are done."""
        look = self._look_through(stop_at)
        if not look.whole:
            return
        now, alone = self.clock.now(), self.queue.count() <= len(look.kept)
        self.queue.release(look.kept)
        for letter in look.unreadable:
            self.journal.note("unreadable dead letter", message_id=letter.message_id)
        for redrive in searched:
            # Until then others may have set messages aside that they had looked at before.
            seen_all = alone or now >= (redrive.searched_at or 0) + ASIDE
            if seen_all and redrive.organization_id not in look.undecided:
                self._save(redrive.done(len(look.unreadable), now))

    def _look_through(self, stop_at: float) -> _Look:
        look = _Look()
        while self.clock.monotonic() < stop_at:
            letters = self.queue.receive(PAGE, ASIDE)
            known = self.intents.get_many([one.intent_id for one in letters if one.intent_id])
            moot = [one for one in letters if one.intent_id and is_moot(known.get(one.intent_id), one.approval)]
            self.queue.delete(moot)
            look.kept += [one for one in letters if one not in moot]
            look.undecided |= {one.organization_id for one in known.values() if one.status is Status.PENDING}
            if len(letters) < PAGE:
                look.whole = True
                break
        return look

    def _save(self, redrive: Redrive) -> Redrive | None:
        return redrive.stored() if self.redrives.save(redrive) else None
