"""Which groups a number is in, as far as decisions need it: small, and doubted after a while."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.values import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable

# So many groups are kept per number: the item is read at every decision.
KEPT_GROUPS = 500
# How long it is believed that a number is not in a group: somebody may add it, and nothing tells us.
ABSENCE_LIFETIME = 10 * MINUTE
# Bytes of a group's short name: two of 500 share one once in ten million numbers.
SHORT_BYTES = 5


@dataclass(frozen=True, slots=True)
class KnownGroups:
    """The groups a number was in when its provider was last asked.

    Attributes:
        groups: Their short names.
        asked_at: When that was, ms; 0 when there were more than are kept, so that nothing follows from a missing one.
    """

    groups: frozenset[bytes] = frozenset()
    asked_at: int = 0

    @classmethod
    def of(cls, group_ids: Iterable[str], now: int) -> KnownGroups:
        """What a provider answers that was asked at ``now`` (ms)."""
        names = sorted({short_name(one) for one in group_ids})
        return cls(frozenset(names[:KEPT_GROUPS]), now if len(names) <= KEPT_GROUPS else 0)

    def has(self, group: bytes) -> bool:
        """Whether the number was in the group with this short name."""
        return group in self.groups

    def lacks(self, group: bytes, now: int) -> bool:
        """Whether it is known at ``now`` (ms) that the number is not in the group with this short name."""
        return group not in self.groups and now < self.asked_at + ABSENCE_LIFETIME


# What is known of a number whose provider was never asked.
NEVER_ASKED = KnownGroups()


def short_name(group_id: str) -> bytes:
    """What a group goes by among those known."""
    return hashlib.blake2b(group_id.encode(), digest_size=SHORT_BYTES).digest()
