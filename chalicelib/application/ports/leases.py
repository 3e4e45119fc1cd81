"""Leases: one send in flight per number, one question to a provider every few seconds, across all workers."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.control import NO_CALLS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.calls import Calls
    from chalicelib.domain.control import Lease


class LeaseKind(StrEnum):
    """What is leased of an instance."""

    LANE = "LANE"
    PROBE = "PROBE"


class Leases(Protocol):
    """Leases of an instance, each with an end."""

    def take(self, kind: LeaseKind, instance_id: str, token: str, lease: Lease) -> Lease | None:
        """Take a lease if nobody holds one at ``lease.since``, or the one held has run out.

        Returns:
            The lease with the calls handed on by those before it, if ``token`` holds it now.
        """

    def release(self, kind: LeaseKind, instance_id: str, token: str, calls: Calls = NO_CALLS) -> None:
        """Give a lease back if ``token`` still holds it, and hand on what left under it."""

    def held(self, kind: LeaseKind, instance_ids: Iterable[str]) -> dict[str, Lease]:
        """The leases of this kind that were taken and not given back, by instance id (strongly consistent)."""
