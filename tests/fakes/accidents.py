"""Things that go wrong at exactly one call: a process that dies there, or a call that fails."""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from tests.fakes.world import World


class Died(BaseException):
    """The process was killed: nothing catches that, and nothing of it is heard any more."""


class Broke(Exception):
    """A call failed, or its answer was lost."""


class Accident(StrEnum):
    """What goes wrong."""

    DEATH = "the process dies before the call"
    FAILURE = "the call fails"
    LOST_ANSWER = "the call takes effect and its answer is lost"
    INTERRUPTION = "others go on before the call"


# Calls that change nothing: dying before one is dying before the next, and losing its answer is its failure.
_READS = frozenset(
    {
        "get",
        "get_many",
        "load",
        "usage",
        "instance",
        "due",
        "looks",
        "places",
        "places_of",
        "parked",
        "backlog",
        "owners",
    }
)
_END = "the end"


class Accidents:
    """Counts the calls that processes make of ports, and lets some of them go wrong.

    ``end`` counts as a call, too: whoever dies there has done everything and told nobody. ``meanwhile`` is what others
    do in an interruption.
    """

    def __init__(self, world: World) -> None:
        """Stand before every public method of the world's ports."""
        self.calls: list[str] = []
        self._begun: list[int] = []
        self.happened = 0
        self.meanwhile: Callable[[], object] = lambda: None
        self._kind, self._at = Accident.DEATH, frozenset[int]()
        self._running = self._dead = False
        for port in _ports(world):
            for name in vars(type(port)):
                if not name.startswith("_") and callable(getattr(port, name)):
                    setattr(port, name, self._watched(getattr(port, name)))

    def plan(self, kind: Accident, *at: int) -> None:
        """Let these calls from now on go wrong, 1 being the next."""
        self.calls.clear()
        self._begun.clear()
        self._kind, self._at = kind, frozenset(at)

    def possible(self) -> Iterator[tuple[Accident, int]]:
        """What could have gone wrong by now, each with its call; of processes that call the same, in the first."""
        seen: set[tuple[str, ...]] = set()
        for begin, end in pairwise([*self._begun, len(self.calls)]):
            names = tuple(self.calls[begin:end])
            if names not in seen:
                seen.add(names)
                yield from ((kind, begin + 1 + index) for index, name in enumerate(names) for kind in _kinds(name))

    @contextmanager
    def process(self) -> Iterator[None]:
        """One process: an invocation of a function. What it dies or fails of in an accident is not heard outside."""
        self._begun.append(len(self.calls))
        self._running, self._dead = True, False
        try:
            yield
        except (Died, Exception) as end:
            if isinstance(end, AssertionError) or not self.happened:
                raise
        finally:
            self._running = False

    def end(self) -> None:
        """A process has done everything and is about to say so."""
        self._call(_END, lambda: None)

    def _watched(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the port takes
            if not self._running:
                return real(*args, **named)
            return self._call(real.__qualname__, lambda: real(*args, **named))

        return call

    def _call(self, name: str, real: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the port gives
        if self._dead:
            raise Died(name)
        self.calls.append(name)
        if len(self.calls) not in self._at:
            return self._outside(real)
        self.happened += 1
        if self._kind is Accident.INTERRUPTION:
            self._outside(self.meanwhile)
            return self._outside(real)
        if self._kind is Accident.DEATH:
            self._dead = True
            raise Died(name)
        if self._kind is Accident.LOST_ANSWER:
            self._outside(real)
        raise Broke(name)

    def _outside(self, real: Callable[[], Any]) -> Any:  # noqa: ANN401 - as above
        """Run what others do: what a port calls of itself or of another one is not the process's call."""
        self._running = False
        try:
            return real()
        finally:
            self._running = True


def _kinds(name: str) -> Iterable[Accident]:
    if name.rpartition(".")[2] in _READS:
        return [Accident.FAILURE, Accident.INTERRUPTION]
    if name == _END:
        return [Accident.DEATH]
    return Accident


def _ports(world: World) -> Iterable[object]:
    yield from (world.organizations, world.intents, world.contents, world.alarms, world.leases, world.book.contacts)
    yield from (world.codes, world.batch_store, world.campaign_store, world.events)
    yield from (world.queue, world.gate_queue, world.provider)
