"""A world that goes on by itself: queues deliver, the minute ticks, processes come and go, and one may die."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.application.execution.batch import Budget
from chalicelib.application.ports.provider_events import RawEvent
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.pause import Pause
from chalicelib.domain.status import Status
from chalicelib.domain.values import HOUR, MINUTE, SECOND, Target, TargetKind
from tests.fakes.accidents import Accidents
from tests.fakes.delivery import DeliveringQueue
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION
from tests.fakes.provider import FakeProvider
from tests.fakes.store import FakeAlarms
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.execution.batch import Execution
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.provider import Message, ProviderEvent
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.outcome import Outcome
    from chalicelib.domain.policy import Policy

PACED = replace(FAST, per_minute=4, per_hour=60, per_day=600, min_interval=1_000, max_interval=1_000)
# The execute function has 15 s, of which it keeps two; its claims outlive it by a second.
EXECUTE = Budget(13.0, 3_000)
ENDED = frozenset({Status.SENT, Status.BLOCKED, Status.FAILED, Status.DROPPED})


@dataclass(frozen=True)
class Call:
    """A send that reached the phone.

    Attributes:
        intent: The intent as it was stored then.
        instance_id: Through which number.
        at: When, ms.
        answer: What the phone said, whether or not anybody heard it.
    """

    intent: Intent
    instance_id: str
    at: int
    answer: Outcome


class Phone(FakeProvider):
    """A provider that takes a moment, and remembers every send that reached it.

    ``during`` acts in the next ones, ``told`` is what it says to an intent, by id, however often.
    """

    def __init__(self, world: World) -> None:
        super().__init__()
        self.log: list[Call] = []
        self.during: list[Callable[[Message], object]] = []
        self.told: dict[str, Outcome] = {}
        self._world = world

    def send(self, instance: Instance, message: Message) -> Outcome:
        """Send, or answer as told."""
        begun, intent = self._world.clock.now(), self._world.intents.stored[message.intent_id]
        if self.during:
            self.during.pop(0)(message)
        answer = self.told.get(message.intent_id) or super().send(instance, message)
        self.log.append(Call(intent, instance.id, begun, answer))
        self._world.clock.advance(0.2)
        return answer


class _Past:
    """Intents as they were a while ago."""

    def __init__(self, world: World, lag: int) -> None:
        self._world, self._lag = world, lag
        self._seen: list[tuple[int, dict[str, Intent]]] = []

    @property
    def stored(self) -> dict[str, Intent]:
        now = self._world.clock.now()
        self._seen.append((now, dict(self._world.intents.stored)))
        return next((seen for at, seen in reversed(self._seen) if at <= now - self._lag), {})


class Life(World):
    """Hand in, plan an accident, ``live``; then look at what was kept.

    Attributes:
        accidents: What goes wrong.
        later: What happens from outside, and when (ms).
        looks: Looked at after every step.
        workers: Who takes the next batches, in turn.
        tick_at: When the minute ticks next, ms.
    """

    def __init__(self, policy: Policy = PACED, instances: tuple[str, ...] = (INSTANCE,), lag: int = 0) -> None:
        """Create one organization with connected numbers; the wake index lags by so many ms at least."""
        self._lag = lag
        super().__init__(policy, instances)
        self.workers = [(self.execution, EXECUTE)]
        self.later: list[tuple[int, Callable[[], object]]] = []
        self.looks: list[Callable[[Life], None]] = []
        self.pauses: list[tuple[int, int]] = []
        self.tick_at = self.clock.now() + MINUTE
        self.accidents = Accidents(self)

    def _build(self) -> None:
        self.deliveries, self.phone = DeliveringQueue(self.clock), Phone(self)
        self.queue = self.deliveries  # type: ignore[assignment]  # a queue, too
        self.provider = self.phone
        if self._lag:
            self.alarms = FakeAlarms(_Past(self, self._lag), self.organizations)  # type: ignore[arg-type]  # it has no more to give
        super()._build()

    def hand_in(self, count: int, instance_id: str | None = None) -> list[Intent]:
        """Hand in messages to as many people, worthless after an hour."""
        wish = replace(draft(instance_id=instance_id), expires_at=self.clock.now() + HOUR)
        numbers = range(len(self.intents.stored), len(self.intents.stored) + count)
        people = [Target(TargetKind.PHONE, f"+55119{number:08d}") for number in numbers]
        return [self.submit(replace(wish, target=person)) for person in people]

    def live(self, minutes: int) -> None:
        """Let time pass from one thing that is due to the next, until nothing is left to be done."""
        end = self.clock.now() + minutes * MINUTE
        while self.clock.now() < end and not self._is_over():
            self._step(end)
            for look in self.looks:
                look(self)

    def tell(self, *facts: ProviderEvent) -> None:
        """Keep an event in which the provider says these facts; it is worked on next."""
        event_id = self.ids.new("evt")
        self.provider.facts[event_id.encode()] = list(facts)
        now = self.clock.now()
        self.events.keep(RawEvent(event_id, ProviderName.WHATSMEOW, ORGANIZATION, INSTANCE, now, event_id.encode()))

    def pause(self, seconds: int) -> None:
        """An operator pauses everything now, and resumes it after so long."""
        now = self.clock.now()
        self._control(Pause("operator usr_1", "review", now))
        self.pauses.append((now, now + seconds * SECOND))
        self.later.append((now + seconds * SECOND, lambda: self._control(None)))

    def execute(self) -> None:
        """One invocation of the engine on what is visible, if anything is."""
        self.workers = [*self.workers[1:], self.workers[0]]
        self._execute(*self.workers[-1])

    def _execute(self, worker: Execution, budget: Budget) -> None:
        with self.accidents.process():
            orders = self.deliveries.take()
            failed = worker.run(orders, budget).failed if orders else ()
            self.accidents.end()
            self.deliveries.acknowledge(order for order in orders if order.message_id not in failed)

    def others(self) -> None:
        """Whatever another process may do now: it gets what is worked on, too, and the sweep ticks."""
        self.deliveries.deliver_again()
        self._execute(self.execution, EXECUTE)
        with self.accidents.process():
            self.tick()
        with self.accidents.process():
            self.answer()

    def worker(self, clock: Clock) -> Execution:
        """The engine in a process that has a clock of its own."""
        settlement = replace(self.settlement, clock=clock)
        numbers = replace(self.execution.runner.numbers, clock=clock)
        runner = replace(self.execution.runner, clock=clock, settlement=settlement, numbers=numbers)
        latecomers = replace(self.execution.latecomers, clock=clock, settlement=settlement)
        return replace(self.execution, clock=clock, latecomers=latecomers, runner=runner)

    def _control(self, pause: Pause | None) -> None:
        organization = self.organizations.organizations[ORGANIZATION]
        self.organizations.put_organization(replace(organization, paused=pause))

    def _is_over(self) -> bool:
        stored = self.intents.stored.values()
        waits = self.later or self.events.pointers or self.deliveries.next_at is not None
        return not waits and all(one.status in ENDED for one in stored)

    def _step(self, end: int) -> None:
        now = self.clock.now()
        asked = now + SECOND if self.gate_queue.asked else end
        events = [at for at, _ in self.later]
        due = now if self.events.pointers else min([end, self.tick_at, asked, self.deliveries.next_at or end, *events])
        self.clock.advance(max(0, due - now) / SECOND)
        self._happen()
        if self.events.pointers:
            self._ingest()
        if self.clock.now() >= self.tick_at:
            self.tick_at += MINUTE
            with self.accidents.process():
                self.tick()
        if asked < end:
            with self.accidents.process():
                self.answer()
        if (self.deliveries.next_at or end) <= self.clock.now():
            self.execute()

    def _ingest(self) -> None:
        with self.accidents.process():
            self.ingestion.work(self.events.pointers[0])
            self.accidents.end()
            del self.events.pointers[0]

    def _happen(self) -> None:
        due = [one for one in self.later if one[0] <= self.clock.now()]
        self.later = [one for one in self.later if one not in due]
        for _, act in due:
            act()
