"""Stops by hand and rests of a number, written where every worker reads them before each send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.lifecycle import cooldown_ended, cooled_down, paused, resumed
from chalicelib.domain.pause import require_in_reach

if TYPE_CHECKING:
    from chalicelib.application.instances.writer import InstanceWriter
    from chalicelib.application.ports.clock import Clock
    from chalicelib.domain.instance import Instance


@dataclass(frozen=True, slots=True)
class InstanceControls:
    """Pauses, resumes, cools down. Nothing is lost or burnt meanwhile: what waits for the number stays parked."""

    writer: InstanceWriter
    clock: Clock

    def pause(self, organization_id: str, instance_id: str, actor: str, reason: str, until: int | None) -> Instance:
        """Let nothing more leave from a number.

        Args:
            organization_id: Whose number.
            instance_id: The number.
            actor: Who pauses.
            reason: Why, in that person's words.
            until: When it ends by itself, ms; ``None`` for never.
        """
        if until is not None:
            require_in_reach(until, self.clock.now())
        return self.writer.write(organization_id, instance_id, lambda one, now: paused(one, reason, until, actor, now))

    def resume(self, organization_id: str, instance_id: str, actor: str) -> Instance:
        """Let a paused number send again."""
        return self.writer.write(organization_id, instance_id, lambda one, now: resumed(one, actor, now))

    def cool_down(self, organization_id: str, instance_id: str, actor: str, reason: str, until: int) -> Instance:
        """Send a number to rest until ``until`` (ms)."""
        require_in_reach(until, self.clock.now())
        return self.writer.write(
            organization_id, instance_id, lambda one, now: cooled_down(one, reason, until, actor, now)
        )

    def end_cooldown(self, organization_id: str, instance_id: str, actor: str) -> Instance:
        """End a number's rest before its time."""
        return self.writer.write(organization_id, instance_id, lambda one, now: cooldown_ended(one, actor, now))
