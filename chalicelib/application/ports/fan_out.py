"""Concurrency as a port: the use cases start no thread and take no lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


class FanOut(Protocol):
    """Runs independent tasks side by side."""

    def __call__(self, tasks: Sequence[Callable[[], T]]) -> list[T]:
        """Run all tasks, wait for every one of them, and return their results in order.

        When tasks fail, the first failure in order is raised after all have ended.
        """
