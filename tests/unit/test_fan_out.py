"""Side by side: both ways to run tasks end them all before the caller goes on, and keep their order."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import pytest

from chalicelib.adapters.fan_out import ThreadFanOut
from tests.fakes.fan_out import sequential

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.ports.fan_out import FanOut

T = TypeVar("T")
WAYS: list[FanOut] = [ThreadFanOut(4), sequential]


class Broken(Exception):
    """A task failed."""


def fail(name: str, after: float = 0) -> str:
    """Fail, some seconds later."""
    time.sleep(after)
    raise Broken(name)


def after(seconds: float, value: T) -> T:
    """Return a value, some seconds later."""
    time.sleep(seconds)
    return value


@pytest.mark.parametrize("fan_out", WAYS)
@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_results_come_in_the_order_of_the_tasks(fan_out: FanOut, count: int) -> None:
    """A provider's answer would be written to another message."""
    tasks = [partial(after, 0.003 * (count - number), number) for number in range(count)]
    assert fan_out(tasks) == list(range(count))


@pytest.mark.parametrize("fan_out", WAYS)
def test_every_task_has_ended_before_an_error_is_raised(fan_out: FanOut) -> None:
    """Lambda would freeze a send in the middle, to finish it in somebody else's invocation."""
    ended: list[int] = []

    def work(number: int) -> str:
        time.sleep(0.02)
        ended.append(number)
        return ""

    tasks: list[Callable[[], str]] = [partial(fail, "first"), *(partial(work, number) for number in range(6))]
    with pytest.raises(Broken):
        fan_out(tasks)
    assert sorted(ended) == list(range(6))


@pytest.mark.parametrize("fan_out", WAYS)
def test_the_first_failure_in_order_is_raised(fan_out: FanOut) -> None:
    """Which error is reported would depend on luck."""
    tasks: list[Callable[[], str]] = [partial(after, 0, ""), partial(fail, "early", 0.02), partial(fail, "late")]
    with pytest.raises(Broken, match="early"):
        fan_out(tasks)


@pytest.mark.parametrize("fan_out", WAYS)
def test_a_single_task_fails_as_it_is(fan_out: FanOut) -> None:
    """A version conflict would not be recognised when there is only one message."""
    with pytest.raises(Broken, match="alone"):
        fan_out([partial(fail, "alone")])


def test_threads_really_run_side_by_side() -> None:
    """One slow number would hold up all the others of a batch."""
    meeting = threading.Barrier(4, timeout=5)
    assert sorted(ThreadFanOut(4)([meeting.wait] * 4)) == [0, 1, 2, 3]


def test_threads_are_kept_for_the_next_call() -> None:
    """Every invocation would pay for new threads, or leave old ones behind."""
    fan_out = ThreadFanOut(2)
    seen = {name for _ in range(5) for name in fan_out([threading.get_ident] * 2)}
    assert len(seen) <= 2


def test_tasks_that_fan_out_themselves_end() -> None:
    """Ten sends that fail at once and look for another slot would wait for each other until the function is killed."""
    fan_out = ThreadFanOut(2)
    inner = [lambda: 1, lambda: 2]
    assert fan_out([lambda: sum(fan_out(inner))] * 4) == [3] * 4


def test_a_task_inside_a_task_fails_after_the_others() -> None:
    """A write beside the one that failed would be left out, or the failure be swallowed."""
    fan_out, done = ThreadFanOut(2), list[int]()

    def fail() -> None:
        raise ValueError("one")

    with pytest.raises(ValueError, match="one"):
        fan_out([lambda: fan_out([fail, lambda: done.append(1)]), lambda: done.append(2)])
    assert sorted(done) == [1, 2]
