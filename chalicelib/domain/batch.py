"""Many intents handed in with one request: what belongs together, found again without a list of ids.

A batch has the ULID of its first intent, and the others' ids follow that one. So each can be told from the other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.values import MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 1_000
# So many are decided while the client waits.
DECIDED_AT_ONCE = 25
# Whoever stores a batch is done, or dead, by then: no function that takes requests lives that long.
FIRST_LOOK = 45 * SECOND
LONGEST_WAIT = 30 * MINUTE

# ULIDs are written in these digits; Python reads the same numbers in its own.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_PYTHON = str.maketrans(_DIGITS, "0123456789abcdefghijklmnopqrstuv")
_BASE, _LENGTH, _ALL = 32, 26, 1 << 128
_BATCH, _INTENT = "bat", "int"


@dataclass(frozen=True, slots=True)
class Batch:
    """A request with many intents.

    Attributes:
        id: ``bat_`` + the ULID of its first intent.
        organization_id: Whose intents they are.
        count: How many there are.
        fingerprint: Hash of the whole request.
        created_at: When it was accepted, ms.
        look_at: The alarm of all its undecided intents, ms; ``None`` when none is left, or each has its own.
        looks: How often it was looked at.
        version: Stored version this was read at; 0 when nothing is stored yet.
    """

    id: str
    organization_id: str
    count: int
    fingerprint: str
    created_at: int
    look_at: int | None = None
    looks: int = 0
    version: int = 0

    def intent_id(self, index: int) -> str:
        """Id of the intent at ``index``: ids, and so lists and parking places, keep the order of the request."""
        return _moved(self.id, index, _INTENT)

    def ids(self, start: int = 0, stop: int = LARGEST) -> list[str]:
        """Ids of the intents from ``start`` to before ``stop``, as far as there are any."""
        return [self.intent_id(index) for index in range(start, min(stop, self.count))]

    def armed(self, now: int) -> Batch:
        """The batch whose intents are about to be stored: somebody looks, should that stop halfway."""
        return replace(self, look_at=now + FIRST_LOOK, looks=0)

    def looked_at(self, now: int, *, undecided: bool) -> Batch:
        """The batch after a look: the next one comes after twice as long, and none when everything is decided."""
        wait = min(MINUTE << min(self.looks, 5), LONGEST_WAIT)
        return replace(self, look_at=now + wait if undecided else None, looks=self.looks + 1)


def batch_of(intent_id: str, index: int) -> str:
    """Id of the batch in which an intent stands at ``index``."""
    return _moved(intent_id, -index, _BATCH)


def whole(fingerprints: Iterable[str]) -> str:
    """The fingerprint of a request with many intents, by theirs."""
    return hashlib.sha256("\n".join(fingerprints).encode()).hexdigest()[:32]


def within(fingerprint: str, request: str) -> str:
    """The fingerprint of one intent of a request with many: the same wish in another request is another one.

    So the stored intent alone tells whether an idempotency key was used for this very request before.
    """
    return hashlib.sha256(f"{request}\n{fingerprint}".encode()).hexdigest()[:32]


def _moved(name: str, steps: int, prefix: str) -> str:
    """The id with this prefix whose ULID comes so many steps after another one's."""
    ulid = name.partition("_")[2].translate(_TO_PYTHON)
    return f"{prefix}_{_ulid((int(ulid, _BASE) + steps) % _ALL)}"


def _ulid(number: int) -> str:
    digits = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, _BASE)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
