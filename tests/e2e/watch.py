"""Looks at the execution queue once a second: who waits behind others there is published, however long that takes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from tests.e2e.aside import Aside

if TYPE_CHECKING:
    from tests.e2e.client import Client

_SECONDS = 1.0
_VISIBLE = "ApproximateNumberOfMessages"


@dataclass
class Watch(Aside):
    """Looks until it is left.

    Attributes:
        client: Reaches the embedded AWS.
        queue_url: The queue.
        seen: How many messages were visible, and when (ms).
    """

    client: Client
    queue_url: str
    seen: list[tuple[int, int]] = field(default_factory=list)

    def go_on(self) -> None:
        """Look once a second."""
        sqs = self.client.aws("sqs")
        while not self.over.wait(_SECONDS):
            try:
                told = sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=[_VISIBLE])["Attributes"]
            except (BotoCoreError, ClientError):  # a busy server: the next look will do
                continue
            self.seen.append((time.time_ns() // 1_000_000, int(told[_VISIBLE])))
