"""A WhatsApp number: what it is for, what we know about it, and what stops it from sending."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.circuit import CLOSED, Circuit
from chalicelib.domain.connection import Connection
from chalicelib.domain.cooldown import THROTTLED
from chalicelib.domain.health import SHARE, assess, ramp, untroubled
from chalicelib.domain.reachout import OPEN, Reachout
from chalicelib.domain.signals import NONE, Signals
from chalicelib.domain.values import DAY, MINUTE, Purpose, Reason

if TYPE_CHECKING:
    from chalicelib.domain.connection import Cause
    from chalicelib.domain.cooldown import Cooldown, Rested
    from chalicelib.domain.health import Health, Risk
    from chalicelib.domain.pause import Pause
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.signals import Sample, Sign

# How long "connected" is believed without anything that confirms it.
FRESH_FOR = 5 * MINUTE
# Longer than anything lasts here.
FOREVER = 10_000 * DAY


class Provider(StrEnum):
    """Through which provider a number sends."""

    WHATSMEOW = "whatsmeow"
    CLOUD_API = "cloud_api"
    AWS_SOCIAL = "aws_social"


class InstancePurpose(StrEnum):
    """What a number is meant to carry."""

    WARMUP = "WARMUP"
    DISPATCH = "DISPATCH"
    MIXED = "MIXED"


class Lifecycle(StrEnum):
    """Where a number is in its life."""

    CREATED = "CREATED"
    ACTIVE = "ACTIVE"
    COOLDOWN = "COOLDOWN"
    BANNED = "BANNED"
    RETIRED = "RETIRED"


# A number that will never send again as it is.
FINAL = frozenset({Lifecycle.BANNED, Lifecycle.RETIRED})

# Why such a number does not send.
_ENDED = {Lifecycle.BANNED: Reason.INSTANCE_BANNED, Lifecycle.RETIRED: Reason.NO_ELIGIBLE_INSTANCE}

# Looked up once: each number is asked at every decision, and Python takes its time to find an enum's member.
_UP = Connection.CONNECTED

# A session in one of these states has no phone.
_UNPAIRED = frozenset({Connection.LOGGED_OUT, Connection.AWAITING_SCAN, Connection.PASSKEY_REQUIRED})

_CARRIES = {
    Purpose.WARMUP: {InstancePurpose.WARMUP, InstancePurpose.MIXED},
    Purpose.DISPATCH: {InstancePurpose.DISPATCH, InstancePurpose.MIXED},
    Purpose.SCHEDULE: {InstancePurpose.DISPATCH, InstancePurpose.MIXED},
    Purpose.REPLY: set(InstancePurpose),
}


class JournalType(StrEnum):
    """Everything that can happen to an instance."""

    CREATED = "created"
    CHANGED = "changed"
    POLICY_CHANGED = "policy_changed"
    PHONE_REVEALED = "phone_revealed"
    CONNECTION = "connection"
    PAUSED = "paused"
    RESUMED = "resumed"
    COOLDOWN_ENTERED = "cooldown_entered"
    COOLDOWN_LEFT = "cooldown_left"
    RAMP_ENDED = "ramp_ended"
    REACHOUT_REFUSED = "reachout_refused"
    REACHOUT_LOCKED = "reachout_locked"
    REACHOUT_PROBED = "reachout_probed"
    REACHOUT_UNLOCKED = "reachout_unlocked"
    TOKEN_PROBLEM = "token_problem"  # noqa: S105 - no password
    BANNED = "banned"
    REINSTATED = "reinstated"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One thing that happened to an instance.

    Attributes:
        at: When, ms.
        type: What.
        actor: Who made it happen: ``client key_…``, ``operator usr_…``, ``provider``, ``engine``, ``sweep``.
        data: The facts that came with it; plain JSON values.
    """

    at: int
    type: JournalType
    actor: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instance:
    """One WhatsApp number of an organization.

    Attributes:
        id: ``ins_`` + ULID; also the name of its user on the bridge.
        organization_id: Whose number it is.
        name: As people call it.
        provider: Through which provider it sends.
        purpose: What it is meant to carry.
        created_at: When it was created, ms.
        fingerprint: Hash of the request that created it.
        lifecycle: Where it is in its life.
        connection: What was last known about its session.
        connection_at: Since when that is so, ms.
        cause: Why it is not connected.
        seen_at: When anything last confirmed ``connection``, ms.
        paired: Whether a phone is paired with it, as far as we know.
        phone: The number that is or was paired, E.164, once it is known.
        failed_scans: Codes that ran out, one after the other, since it was last connected.
        last_good_send_at: When a provider last confirmed a message, to about a minute, ms; 0 when never.
        last_good_of: When that message had been accepted, ms: its place in the lists.
        circuit: How often in a row it refused sends although it was connected.
        warmup_at: When its warm-up began, ms: its first connection; 0 before.
        warmed_up: Whether it was in use before it came here, so that it needs no warm-up.
        cooldown: The current rest.
        rested: The last one.
        signals: The recent signs of trouble.
        reachout: Whether it may write to people who are new.
        paused: The current stop by hand.
        policy: Pacing of its own; ``None`` for its organization's.
        version: Stored version this was read at; 0 when nothing is stored yet.
        news: What happened since it was read; written to its journal together with it.
    """

    id: str
    organization_id: str
    name: str
    provider: Provider
    purpose: InstancePurpose
    created_at: int
    lifecycle: Lifecycle = Lifecycle.CREATED
    connection: Connection = Connection.DISCONNECTED
    connection_at: int = 0
    cause: Cause | None = None
    seen_at: int = 0
    paired: bool = False
    phone: str | None = None
    failed_scans: int = 0
    last_good_send_at: int = 0
    last_good_of: int = 0
    circuit: Circuit = CLOSED
    warmup_at: int = 0
    warmed_up: bool = False
    cooldown: Cooldown | None = None
    rested: Rested | None = None
    signals: Signals = NONE
    reachout: Reachout = OPEN
    paused: Pause | None = None
    policy: Policy | None = None
    fingerprint: str = ""
    version: int = 0
    news: tuple[JournalEntry, ...] = ()

    def carries(self, purpose: Purpose) -> bool:
        """Whether a message of this purpose may leave from this number."""
        return self.purpose in _CARRIES[purpose]

    def is_paused(self, now: int) -> bool:
        """Whether it is stopped by hand at ``now`` (ms)."""
        return self.paused is not None and self.paused.holds(now)

    def is_cooling(self, now: int) -> bool:
        """Whether it rests at ``now`` (ms)."""
        return self.cooldown is not None and now < self.cooldown.until

    def counted(self, at: int) -> Signals:
        """The signs of trouble that count at ``at`` (ms): what led to its last rest is paid for with that."""
        return self.signals.newer_than(self.back_since(at))

    def health(self, at: int) -> Health:
        """How it is doing at ``at`` (ms)."""
        return assess(self.counted(at), at)

    def risk(self, at: int) -> Risk:
        """How likely it is to be banned if it goes on like this."""
        return self.health(at).risk

    def ramp(self, at: int) -> int:
        """Percent of its limits that its last rest leaves it at ``at`` (ms)."""
        back = self.back_since(at)
        return ramp(back, at) if back else 100

    def capacity(self, at: int) -> int:
        """Percent of its limits that it may use at ``at`` (ms): 1 to 100, by its risk and after a rest."""
        share = 100 if untroubled(self.signals) else SHARE[self.risk(at)]
        return max(1, share * self.ramp(at) // 100)

    def reachout_until(self, at: int) -> int:
        """Until when it must not write to people who are new at ``at`` (ms); 0 when it may."""
        return self.reachout.until(at)

    def back_since(self, at: int) -> int:
        """When its last rest ended, whether that was written down or not, ms; 0 when none counts."""
        rest = self.cooldown
        if rest and rest.reason != THROTTLED and at >= rest.until:
            return rest.until
        return self.rested.at if self.rested else 0

    def warmup_age(self, at: int) -> int:
        """How long its warm-up has lasted at ``at``, ms; longer than any for one that needs none."""
        if self.warmed_up:
            return FOREVER
        return max(0, at - self.warmup_at) if self.warmup_at else 0

    @property
    def is_untried(self) -> bool:
        """Whether nobody has ever started a session of it: its provider does not know it."""
        return self.lifecycle is Lifecycle.CREATED and self.connection is Connection.DISCONNECTED and self.cause is None

    def is_stale(self, now: int) -> bool:
        """Whether "connected" has become too old to be believed at ``now`` (ms)."""
        return self.connection is _UP and now > self.seen_at + FRESH_FOR

    def obstacle(self, now: int) -> Reason | None:
        """What stops it from sending at ``now`` (ms); ``None`` when it can."""
        if self.lifecycle in FINAL:
            return _ENDED[self.lifecycle]
        if self.is_paused(now):
            return Reason.OPS_PAUSED
        if self.connection is not _UP or self.is_stale(now):
            return Reason.INSTANCE_DISCONNECTED
        return Reason.COOLDOWN_ACTIVE if self.is_cooling(now) else None

    def showing(self, sign: Sign, at: int) -> Instance:
        """The instance with one more sign of trouble; the same object when that adds nothing to what is known."""
        signals = self.signals.noting(sign, at)
        return self if signals is self.signals else replace(self, signals=signals)

    def measured(self, sample: Sample) -> Instance:
        """The instance with a new sample of what arrived."""
        return replace(self, signals=replace(self.signals, sample=sample))

    def became(self, connection: Connection, cause: Cause | None, at: int, actor: str) -> Instance:
        """The instance whose session is now known to be so."""
        paired = connection is Connection.CONNECTED or (self.paired and connection not in _UNPAIRED)
        known = replace(self, connection=connection, cause=cause, connection_at=at, seen_at=at, paired=paired)
        if not paired:  # the next pairing has refused nothing yet
            known = replace(known, circuit=CLOSED)
        return known.noting(JournalType.CONNECTION, at, actor, status=connection, cause=cause)

    def noting(self, kind: JournalType, at: int, actor: str, /, **data: Any) -> Instance:  # noqa: ANN401 - JSON values
        """The instance with one more piece of news."""
        return replace(self, news=(*self.news, JournalEntry(at, kind, actor, data)))

    def stored(self) -> Instance:
        """The instance once it has been stored: one version on, without news."""
        return replace(self, version=self.version + 1, news=())
