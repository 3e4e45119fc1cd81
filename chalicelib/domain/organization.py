"""The tenant: whose numbers, whose rules, and whether it is paused."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.instance import JournalEntry, JournalType
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
        plan: Messages in any 24 h that its plan allows over all numbers; ``None`` for no limit.
        paused: Set while nothing may be sent.
        opt_out_words: A message that is one of these, and nothing else, opts its writer out.
        opt_in_words: The same for opting in again.
        confirm_opt_outs: Whether somebody who opts out by a word is told once that it is done.
        policy_version: How often its policy has been another one, counted from 1.
        version: Stored version this was read at; 0 when nothing is stored yet.
        news: What happened since it was read; written to its journal together with it.
    """

    id: str
    name: str
    locale: str
    time_zone: str
    policy: Policy
    paused: Pause | None = None
    plan: int | None = None
    opt_out_words: tuple[str, ...] = OPT_OUT_WORDS
    opt_in_words: tuple[str, ...] = OPT_IN_WORDS
    confirm_opt_outs: bool = True
    policy_version: int = 1
    version: int = 0
    news: tuple[JournalEntry, ...] = ()

    def is_paused(self, now: int) -> bool:
        """Whether nothing may leave at ``now`` (ms)."""
        return self.paused is not None and self.paused.holds(now)

    def policy_of(self, instance: Instance) -> Policy:
        """The pacing that holds for one of its instances."""
        return instance.policy or self.policy

    def with_policy(self, policy: Policy, actor: str, at: int) -> Organization:
        """The organization with another policy, and that in its journal; the same object when it had that policy."""
        if policy == self.policy:
            return self
        version = self.policy_version + 1
        repaced = replace(self, policy=policy, policy_version=version)
        facts = {"old": asdict(self.policy), "new": asdict(policy), "version": version}
        return repaced.noting(JournalType.POLICY_CHANGED, at, actor, **facts)

    def stopped(self, pause: Pause) -> Organization:
        """The organization stopped by hand, and that in its journal.

        Raises:
            TransitionRefused: It is paused already.
        """
        if self.is_paused(pause.at):
            raise TransitionRefused("All sending is paused already. Possible now: resume.")
        paused = replace(self, paused=pause)
        return paused.noting(JournalType.PAUSED, pause.at, pause.by, reason=pause.reason, until=pause.until)

    def resumed(self, actor: str, now: int) -> Organization:
        """The organization that may send again, and that in its journal.

        Raises:
            TransitionRefused: It is not paused at ``now`` (ms).
        """
        if not self.is_paused(now):
            raise TransitionRefused("Sending is not paused for the organization. Possible now: pause.")
        return replace(self, paused=None).noting(JournalType.RESUMED, now, actor)

    def noting(self, kind: JournalType, at: int, actor: str, /, **data: Any) -> Organization:  # noqa: ANN401 - JSON values
        """The organization with one more piece of news."""
        return replace(self, news=(*self.news, JournalEntry(at, kind, actor, data)))

    def stored(self) -> Organization:
        """The organization once it has been stored: one version on, without news."""
        return replace(self, version=self.version + 1, news=())
