"""What providers tell us: kept raw first, worked on later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RawEvent:
    """A webhook as it arrived.

    Attributes:
        id: ``evt_`` + ULID.
        provider: Who sent it.
        organization_id: Whose instance it is about.
        instance_id: Which instance it is about.
        received_at: When it arrived, ms.
        body: The raw body.
    """

    id: str
    provider: str
    organization_id: str
    instance_id: str
    received_at: int
    body: bytes


class ProviderEvents(Protocol):
    """Keeps raw events for 14 days and hands a pointer to whoever works on them."""

    def keep(self, event: RawEvent) -> None:
        """Store the event, then put its pointer on the queue."""

    def get(self, event_id: str) -> RawEvent | None:
        """A stored event."""
