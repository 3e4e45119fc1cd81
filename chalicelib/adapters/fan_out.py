"""Side by side on a thread pool; every task has ended before the caller goes on, as Lambda needs it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


class ThreadFanOut:
    """Runs tasks on threads that are kept from one invocation to the next.

    A task that fans out itself runs its tasks in turn: threads that all wait for each other would never end.
    """

    def __init__(self, width: int) -> None:
        """Create a pool of at most ``width`` threads."""
        self._thread = threading.local()
        self._pool = ThreadPoolExecutor(width, thread_name_prefix="fan-out", initializer=self._enter)

    def _enter(self) -> None:
        self._thread.is_ours = True

    def __call__(self, tasks: Sequence[Callable[[], T]]) -> list[T]:
        """Run all tasks, wait for every one of them, and return their results in order."""
        if len(tasks) == 1:
            return [tasks[0]()]
        if getattr(self._thread, "is_ours", False):
            return _in_turn(tasks)
        futures = [self._pool.submit(task) for task in tasks]
        errors = [future.exception() for future in futures]
        failed = next((error for error in errors if error), None)
        if failed:
            raise failed
        return [future.result() for future in futures]


def _in_turn(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Run tasks one after the other, all of them whatever fails, as side by side."""
    results: list[T] = []
    errors: list[BaseException] = []
    for task in tasks:
        try:
            results.append(task())
        except BaseException as error:  # noqa: BLE001 - raised when all have ended
            errors.append(error)
    if errors:
        raise errors[0]
    return results
