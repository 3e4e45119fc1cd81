"""Redrives whose processes die or meet: each dead letter is decided anew once, and counted once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.redriving import ASIDE
from chalicelib.domain.intervention import retry
from chalicelib.domain.redrive import Fates, RedriveStatus
from chalicelib.domain.status import Status
from chalicelib.domain.values import MINUTE
from tests.fakes.dead_letters import Mortuary
from tests.fakes.many import Killed
from tests.fakes.numbers import ORGANIZATION
from tests.fakes.world import World
from tests.unit.test_redriving import WHO, WHY, begin, redrive, retries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from chalicelib.application.ports.dead_letters import DeadLetter
    from chalicelib.domain.intent import Intent


def test_a_cancel_in_the_middle_of_a_page_still_counts_it() -> None:
    """The page would say that fewer were redriven than were."""
    world = World()
    mortuary = Mortuary(world)
    dead = mortuary.fill(3)
    get_many = world.intents.get_many
    acts = [lambda: mortuary.book.cancel(ORGANIZATION, WHO)]

    def crossed(intent_ids: Sequence[str]) -> dict[str, Intent]:
        if acts:
            acts.pop()()
        return get_many(intent_ids)

    world.intents.get_many = crossed  # type: ignore[method-assign]
    begin(mortuary)
    mortuary.tick()
    after = redrive(mortuary)
    assert (after.status, after.page, after.fates) == (RedriveStatus.CANCELLED, (), Fates(redriven=3))
    assert {world.now(one).status for one in dead} == {Status.APPROVED}


def test_a_cancelled_redrives_last_page_is_counted_though_its_process_died() -> None:
    """As above."""
    world = World()
    mortuary = Mortuary(world)
    dead = mortuary.fill(3)
    taken = begin(mortuary).taking([one.id for one in dead], None, world.clock.now())
    retried = retry(dead[0], WHO, WHY, dead[0].request.expires_at, world.clock.now())
    world.intents.save(retried, dead[0].version)
    mortuary.redrives.save(taken)
    mortuary.book.cancel(ORGANIZATION, WHO)
    mortuary.tick()
    after = redrive(mortuary)
    assert (after.page, after.fates) == ((), Fates(redriven=1))
    assert [world.now(one).status for one in dead[1:]] == [Status.FAILED] * 2
    assert list(mortuary.redrives.unfinished(10)) == []


def test_two_ticks_at_once_do_nothing_twice() -> None:
    """Two workers would each redrive every message, and count it twice."""
    world = World()
    mortuary = Mortuary(world)
    dead = mortuary.fill(6)
    begin(mortuary, per_minute=4)
    for port, name in (
        (mortuary.redrives, "get"),
        (mortuary.redrives, "save"),
        (world.intents, "page"),
        (world.intents, "get_many"),
        (world.intents, "save"),
    ):
        _crossed(port, name, lambda: mortuary.redriving.work(world.clock.monotonic() + 30))
    mortuary.tick()
    assert redrive(mortuary).fates == Fates(redriven=4)
    mortuary.tick()
    assert (redrive(mortuary).status, redrive(mortuary).fates) == (RedriveStatus.DONE, Fates(redriven=6))
    assert [len(retries(world.now(one))) for one in dead] == [1] * 6


def _crossed(port: object, name: str, act: Callable[[], None]) -> None:
    """Let somebody else act before the next call of a port."""
    real = getattr(port, name)

    def call(*args: Any) -> Any:  # noqa: ANN401 - whatever the port takes
        setattr(port, name, real)
        act()
        return real(*args)

    setattr(port, name, call)


PORTS = {
    "redrives": ("get", "save", "unfinished"),
    "queue": ("receive", "delete", "release", "count"),
}
WORLDS = {"intents": ("page", "get_many", "save"), "organizations": ("load", "save_usage"), "queue": ("publish",)}


class _Dying:
    """Dies at one call of a port, before or after it took effect, and stays dead until it is brought back."""

    def __init__(self, mortuary: Mortuary, world: World, at: int, *, after: bool) -> None:
        self._at, self._after, self.calls = at, after, 0
        self._wrapped = [(getattr(mortuary, port), name) for port, names in PORTS.items() for name in names]
        self._wrapped += [(getattr(world, port), name) for port, names in WORLDS.items() for name in names]
        for port, name in self._wrapped:
            setattr(port, name, self._dying(getattr(port, name)))

    def _dying(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the port takes
            self.calls += 1
            if self.calls < self._at:
                return real(*args, **named)
            if self.calls == self._at and self._after:
                real(*args, **named)
            raise Killed

        return call

    def revive(self) -> None:
        """Another process takes over."""
        for port, name in self._wrapped:
            delattr(port, name)


def _watched(world: World, mortuary: Mortuary) -> None:
    """Let no message be deleted before the decision on its intent is recorded."""
    delete = mortuary.queue.delete

    def watching(letters: Sequence[DeadLetter]) -> None:
        known = [world.intents.stored[one.intent_id or ""].status for one in letters]
        assert not {Status.FAILED, Status.PENDING} & set(known)
        delete(letters)

    mortuary.queue.delete = watching  # type: ignore[method-assign]


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
def test_a_crash_at_any_step_redrives_and_counts_each_once(after: bool) -> None:  # noqa: FBT001 - parametrized
    """A process that dies in the wrong moment would send twice, lose a dead letter, or tell a wrong number."""
    at, died = 0, True
    while died:
        at += 1
        world = World()
        mortuary = Mortuary(world)
        dead = mortuary.fill(4)
        begin(mortuary, per_minute=3)
        dying = _Dying(mortuary, world, at, after=after)
        with suppress(Killed):
            mortuary.tick()
            mortuary.tick()
        dying.revive()
        died = dying.calls >= at
        _watched(world, mortuary)
        for _ in range(4 + ASIDE // MINUTE):
            mortuary.tick()
            world.sweep()
            world.work()
        ended = [world.now(one) for one in dead]
        assert {one.status for one in ended} == {Status.SENT}, at
        assert [retries(one) for one in ended] == [[(WHO, WHY)]] * 4, at
        assert sorted(message.intent_id for message in world.provider.sent) == sorted(one.id for one in dead), at
        assert (redrive(mortuary).status, redrive(mortuary).fates) == (RedriveStatus.DONE, Fates(redriven=4)), at
        assert mortuary.queue.messages == {}, at
    assert at > 15
