"""Asks providers about sessions: for a reader at most once every few seconds, for the sweep when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.isolation import isolated
from chalicelib.application.ports.codes import Code
from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.connection import Connection
from chalicelib.domain.control import Lease
from chalicelib.domain.instance import FINAL
from chalicelib.domain.resting import looked_after
from chalicelib.domain.session import observed, reported
from chalicelib.domain.values import SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.instances.health import HealthWatch
    from chalicelib.application.instances.writer import InstanceWriter
    from chalicelib.application.ports.alarms import Alarms
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.codes import Codes
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.journal import Journal
    from chalicelib.application.ports.leases import Leases
    from chalicelib.application.ports.provider import Provider
    from chalicelib.domain.connection import Observation, Report
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.instance import Provider as ProviderName
    from chalicelib.domain.signals import Sample

# A reader's question is answered from what is stored when that is younger than this; sooner while a code is awaited.
EVERY = 3 * SECOND
EVERY_WHILE_CONNECTING = SECOND
# A code that is first seen later than this after connecting may not be the first one, which lasts longest.
FIRST_CODE_SHOWN_BY = 10 * SECOND
PAGE, BATCH = 100, 20


@dataclass(frozen=True, slots=True)
class Probing:
    """Learns the state of sessions."""

    writer: InstanceWriter
    health: HealthWatch
    providers: Mapping[ProviderName, Provider]
    codes: Codes
    leases: Leases
    alarms: Alarms
    fan_out: FanOut
    clock: Clock
    ids: Ids
    journal: Journal

    def fresh(self, instance: Instance) -> Instance:
        """The instance with what is known of its session, asked anew if that is old and nobody else is asking."""
        now = self.clock.now()
        connecting = instance.connection is Connection.CONNECTING
        every = EVERY_WHILE_CONNECTING if connecting else EVERY
        if instance.lifecycle in FINAL or instance.is_untried or now < instance.seen_at + every:
            return instance
        lease = Lease(now, now + every - 1, load=0)
        if not self.leases.take(LeaseKind.PROBE, instance.id, self.ids.token(), lease):
            return instance
        return self.ask(instance)

    def ask(self, instance: Instance, sample: Sample | None = None) -> Instance:
        """Ask the provider for the number's session and keep what it says, with what was measured beside it."""
        seen = self.providers[instance.provider].connection(instance)
        self._keep_code(instance, seen)
        return self._write(instance, seen, sample)

    def learn(self, instance: Instance, report: Report, told_at: int) -> Instance:
        """Hold an event that came in at ``told_at`` (ms) against what the provider says now, and keep what fits."""
        seen = self.providers[instance.provider].connection(instance)
        return self.writer.write(
            instance.organization_id, instance.id, lambda one, now: reported(one, report, seen, now, told_at)
        )

    def due(self, stop_at: float) -> None:
        """Ask about every session that is due, until the monotonic clock reaches ``stop_at``."""
        asked: set[tuple[str, str]] = set()
        while names := self._due(asked):
            for start in range(0, len(names), BATCH):
                if self.clock.monotonic() >= stop_at:
                    self.journal.note("probes postponed", count=len(names) - start)
                    return
                self.fan_out([partial(self._isolated_ask, *name) for name in names[start : start + BATCH]])

    def _due(self, asked: set[tuple[str, str]]) -> list[tuple[str, str]]:
        """What is due and was not asked about yet: the index may lag behind the answers."""
        shards, now = range(self.alarms.shards), self.clock.now()
        found = self.fan_out([partial(self.alarms.looks, shard, now, PAGE) for shard in shards])
        names = [name for page in found for name in page if name not in asked]
        asked.update(names)
        return names

    def _isolated_ask(self, organization_id: str, instance_id: str) -> None:
        def work() -> None:
            instance = self.writer.get(organization_id, instance_id)
            self.ask(instance, self._sample(instance))

        isolated(self.journal, "asking about a session", work, instance_id=instance_id)

    def _sample(self, instance: Instance) -> Sample | None:
        """What was measured, if it was; the question to the provider does not rest on it."""
        taken: list[Sample | None] = []

        def work() -> None:
            taken.append(self.health.sample(instance))

        isolated(self.journal, "taking a sample", work, instance_id=instance.id)
        return taken[0] if taken else None

    def _write(self, instance: Instance, seen: Observation, sample: Sample | None) -> Instance:
        def change(one: Instance, now: int) -> Instance:
            one = one.measured(sample) if sample else one
            return looked_after(observed(one, seen, now), "sweep", now)

        after = self.writer.write(instance.organization_id, instance.id, change)
        if after.connection is not instance.connection:
            self.journal.note("connection changed", instance_id=instance.id, connection=after.connection)
        return after

    def _keep_code(self, instance: Instance, seen: Observation) -> None:
        if seen.code is None:
            return
        now, known = self.clock.now(), self.codes.get(instance.id)
        if known is None or known.picture != seen.code:
            first = known is not None and known.number == 0 and now < known.seen_at + FIRST_CODE_SHOWN_BY
            self.codes.put(instance.id, Code(seen.code, now, 1 if first else 2))
