"""Changes instances against whatever happened to them meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotFound, VersionConflict
from chalicelib.domain.instance import FINAL
from chalicelib.domain.values import is_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.directory import Directory
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.waking import Waking
    from chalicelib.domain.instance import Instance

_TRIES = 8
_FIRST_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class InstanceWriter:
    """Applies a change to an instance until it fits the stored state."""

    directory: Directory
    clock: Clock
    ids: Ids
    waking: Waking

    def get(self, organization_id: str, instance_id: str) -> Instance:
        """An instance.

        Raises:
            NotFound: Unknown here; another organization's instance answers exactly the same.
        """
        known = self.directory.instance(organization_id, instance_id) if is_id(instance_id, "ins") else None
        if known is None:
            raise NotFound("There is no such instance.")
        return known

    def write(
        self,
        organization_id: str,
        instance_id: str,
        change: Callable[[Instance, int], Instance],
        known: Instance | None = None,
    ) -> Instance:
        """Store ``change(instance, now)``, computed again on the stored state whenever somebody else wrote first.

        Args:
            organization_id: Whose instance.
            instance_id: The instance.
            change: What is to happen; it returns the same object when nothing has to.
            known: The instance as it was read a moment ago, to be tried first.

        Returns:
            The instance as it is stored now.

        Raises:
            NotFound: Unknown here.
            TransitionRefused: The change is not allowed.
            VersionConflict: Others kept writing.
        """
        for attempt in range(_TRIES):
            self.clock.sleep(self.ids.draw() * _FIRST_PAUSE * attempt)
            read = known if attempt == 0 else None
            before, now = read or self.get(organization_id, instance_id), self.clock.now()
            after = change(before, now)
            if after is before:
                return before
            if self.directory.put_instance(after):
                if _concerns_who_waits(before, after, now):
                    self.waking.returned(organization_id, instance_id)
                return after.stored()
        raise VersionConflict(f"{instance_id} kept changing")


def _concerns_who_waits(before: Instance, after: Instance, now: int) -> bool:
    """Whether those who wait for a number may leave by now, or must be told that it never returns."""
    if after.lifecycle in FINAL:
        return before.lifecycle not in FINAL
    if after.obstacle(now) is not None:
        return False
    return before.obstacle(now) is not None or _room(before) != _room(after)


def _room(instance: Instance) -> tuple[object, ...]:
    """What people choose about how much may leave from it."""
    return instance.policy, instance.purpose, instance.warmed_up
