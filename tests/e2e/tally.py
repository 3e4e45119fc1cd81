"""How many messages have which status, for tests that wait for thousands of them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.e2e.tenant import Tenant

# A look at thousands of messages keeps the embedded AWS busy for as long as some fifty sends.
_SECONDS = 3.0


@dataclass
class Tally:
    """The statuses of a tenant's messages, by the table's index: nobody who might be killed is asked.

    Whoever asks several times within three seconds is told the same.
    """

    tenant: Tenant
    _looking: threading.Lock = field(default_factory=threading.Lock)
    _seen: Counter[str] = field(default_factory=Counter)
    _next: float = 0.0

    def of(self, *statuses: str) -> int:
        """How many messages have one of these statuses."""
        with self._looking:
            if time.monotonic() >= self._next:
                self._seen = self._look()
                self._next = time.monotonic() + _SECONDS
            return sum(self._seen[status] for status in statuses)

    def _look(self) -> Counter[str]:
        # No filter: the embedded AWS reads its expression anew for each item.
        pages = (
            self.tenant.client.aws("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.tenant.client.table_name,
                IndexName="by_org",
                KeyConditionExpression="org = :org",
                ExpressionAttributeValues={":org": {"S": self.tenant.organization_id}},
                ProjectionExpression="st",
            )
        )
        return Counter(item["st"]["S"] for page in pages for item in page["Items"])
