"""What goes on beside a test until the test leaves it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


@dataclass
class Aside(ABC):
    """Goes on in a thread of its own: ``with Storm(...) as storm``.

    Attributes:
        over: Set when the test leaves it.
    """

    over: threading.Event = field(init=False, default_factory=threading.Event)
    _going: Future[None] = field(init=False, repr=False)

    @abstractmethod
    def go_on(self) -> None:
        """Do whatever it does, until ``over``."""

    def __enter__(self) -> Self:
        pool = ThreadPoolExecutor(1)
        self._going = pool.submit(self.go_on)
        pool.shutdown(wait=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Wait for its end, and raise what went wrong in it unless the test failed by itself."""
        self.over.set()
        wait([self._going])
        if kind is None:
            self._going.result()
