"""Side by side on a thread pool; every task has ended before the caller goes on, as Lambda needs it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


class ThreadFanOut:
    """Runs tasks on threads that are kept from one invocation to the next."""

    def __init__(self, width: int) -> None:
        """Create a pool of at most ``width`` threads."""
        self._pool = ThreadPoolExecutor(width, thread_name_prefix="fan-out")

    def __call__(self, tasks: Sequence[Callable[[], T]]) -> list[T]:
        """Run all tasks, wait for every one of them, and return their results in order."""
        if len(tasks) == 1:
            return [tasks[0]()]
        futures = [self._pool.submit(task) for task in tasks]
        errors = [future.exception() for future in futures]
        failed = next((error for error in errors if error), None)
        if failed:
            raise failed
        return [future.result() for future in futures]
