"""Looks at the execution queue once a second: who waits behind others there is published, however long that takes."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from tests.e2e.client import Client

_SECONDS = 1.0
_VISIBLE = "ApproximateNumberOfMessages"


@dataclass
class Watch:
    """Looks until it is left.

    Attributes:
        client: Reaches the embedded AWS.
        queue_url: The queue.
        seen: How many messages were visible, and when (ms).
    """

    client: Client
    queue_url: str
    seen: list[tuple[int, int]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()

    def _look(self) -> None:
        sqs = self.client.aws("sqs")
        while not self._over.wait(_SECONDS):
            try:
                told = sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=[_VISIBLE])["Attributes"]
            except (BotoCoreError, ClientError):  # a busy server: the next look will do
                continue
            self.seen.append((time.time_ns() // 1_000_000, int(told[_VISIBLE])))
