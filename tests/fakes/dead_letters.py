"""Dead letters in memory: a queue whose messages come back after their time, redrives, and what works on both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.application.dead_letters import DeadLetterBook
from chalicelib.application.ports.dead_letters import DeadLetter
from chalicelib.application.redriving import Redriving
from chalicelib.domain.attempt import claim
from chalicelib.domain.outcome import Failing, FailureClass
from chalicelib.domain.timeline import EventType
from tests.fakes.fan_out import sequential
from tests.fakes.intervening import interventions
from tests.fakes.many import wishes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.ports.clock import Clock
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.redrive import Redrive
    from tests.fakes.world import World


@dataclass
class _Message:
    intent_id: str | None
    approval: int
    hidden_until: int = 0


class FakeDeadLetters:
    """``die`` puts a message there; ``hidden`` are about as many more as somebody else has set aside."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._made = 0
        self.messages: dict[str, _Message] = {}
        self.hidden = 0

    def die(self, intent_id: str | None, approval: int = 1) -> None:
        """A message is given up on; without an intent it cannot be read."""
        self._made += 1
        self.messages[f"dead-{self._made}"] = _Message(intent_id, approval)

    def receive(self, limit: int, aside: int) -> Sequence[DeadLetter]:
        """Those that nobody looks at."""
        now = self._clock.now()
        visible = [(name, one) for name, one in self.messages.items() if one.hidden_until <= now][:limit]
        for _, one in visible:
            one.hidden_until = now + aside
        return [DeadLetter(name, name, one.intent_id, one.approval) for name, one in visible]

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Delete."""
        for letter in letters:
            self.messages.pop(letter.receipt_handle, None)

    def release(self, letters: Sequence[DeadLetter]) -> None:
        """Put back."""
        for letter in letters:
            self.messages[letter.receipt_handle].hidden_until = 0

    def count(self) -> int:
        """Exactly."""
        return len(self.messages) + self.hidden


class FakeRedrives:
    """Redrives."""

    def __init__(self) -> None:
        self.stored: dict[str, Redrive] = {}

    def get(self, organization_id: str) -> Redrive | None:
        """By organization."""
        return self.stored.get(organization_id)

    def save(self, redrive: Redrive) -> bool:
        """Store on the right version."""
        stored = self.stored.get(redrive.organization_id)
        if (stored.version if stored else 0) != redrive.version:
            return False
        self.stored[redrive.organization_id] = redrive.stored()
        return True

    def unfinished(self, limit: int) -> Sequence[str]:
        """By up to when their rate is used up."""
        found = [(one.free_at, name) for name, one in self.stored.items() if one.unfinished]
        return [name for _, name in sorted(found)][:limit]


def exhausted(intent: Intent, now: int) -> Intent:
    """An approved intent whose last retry failed."""
    facts = {"code": FailureClass.TRANSIENT, "detail": "the provider is busy"}
    claimed = claim(intent, "a worker", now + 1, now)
    return claimed.record(EventType.FAILED, now, "engine", reason=Failing.RETRIES_EXHAUSTED, **facts)


class Mortuary:
    """The dead letters of a world: ``fill`` makes some, ``tick`` is the sweep's part of a redrive."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.queue, self.redrives = FakeDeadLetters(world.clock), FakeRedrives()
        self.book = DeadLetterBook(
            intents=world.intents,
            redrives=self.redrives,
            queues={"execution": self.queue},
            fan_out=sequential,
            clock=world.clock,
            journal=world.journal,
        )
        self.redriving = Redriving(
            redrives=self.redrives,
            queue=self.queue,
            intents=world.intents,
            interventions=interventions(world),
            clock=world.clock,
            journal=world.journal,
        )

    def fill(self, count: int) -> list[Intent]:
        """So many messages to as many people fail, and end in the queue."""
        return [self.kill(self._world.submit(wish)) for wish in wishes(count)]

    def kill(self, intent: Intent) -> Intent:
        """An approved intent fails, and its message ends in the queue."""
        self._world.clock.advance(0.001)
        approved = self._world.now(intent)
        self._world.queue.take()
        dead = exhausted(approved, self._world.clock.now())
        self._world.intents.save(dead, approved.version)
        self.queue.die(dead.id, dead.approval)
        return dead

    def lend(self, organization_id: str, intent: Intent) -> Intent:
        """The same dead letter in another organization."""
        other = replace(intent, id=self._world.ids.new("int"), organization_id=organization_id)
        self._world.intents.create(other)
        self.queue.die(other.id, other.approval)
        return other

    def tick(self) -> None:
        """One minute's work, and the minute."""
        self.redriving.work(self._world.clock.monotonic() + 30)
        self._world.clock.advance(60)
