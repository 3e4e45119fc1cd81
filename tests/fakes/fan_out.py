"""One after the other: what runs side by side in production must not depend on order."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


def sequential(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Run every task; the first failure is raised after all have ended, as on threads."""
    results: list[T] = []
    failures: list[Exception] = []
    for task in tasks:
        try:
            results.append(task())
        except Exception as failure:  # noqa: BLE001 - raised below
            failures.append(failure)
    if failures:
        raise failures[0]
    return results


def backwards(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """The other way round."""
    return sequential(tasks[::-1])[::-1]
