"""The tenant: whose numbers, whose rules, and whether it is paused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.preference import OPT_IN_WORDS, OPT_OUT_WORDS

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.pause import Pause
    from chalicelib.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Organization:
    """A tenant.

    Attributes:
        id: ``org_`` + ULID.
        name: As people call it.
        locale: Language of what people read (``pt-BR``, ``en``).
        time_zone: IANA name.
        policy: Pacing of each instance that has none of its own.
        paused: Set while nothing may be sent.
        opt_out_words: A message that is one of these, and nothing else, opts its writer out.
        opt_in_words: The same for opting in again.
        version: Stored version this was read at; 0 when nothing is stored yet.
    """

    id: str
    name: str
    locale: str
    time_zone: str
    policy: Policy
    paused: Pause | None = None
    opt_out_words: tuple[str, ...] = OPT_OUT_WORDS
    opt_in_words: tuple[str, ...] = OPT_IN_WORDS
    version: int = 0

    def is_paused(self, now: int) -> bool:
        """Whether nothing may leave at ``now`` (ms)."""
        return self.paused is not None and self.paused.holds(now)

    def policy_of(self, instance: Instance) -> Policy:
        """The pacing that holds for one of its instances."""
        return instance.policy or self.policy
