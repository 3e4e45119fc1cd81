"""Changes instances against whatever happened to them meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotFound, VersionConflict
from chalicelib.domain.values import is_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.directory import Directory
    from chalicelib.application.ports.ids import Ids
    from chalicelib.domain.instance import Instance

_TRIES = 8
_FIRST_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class InstanceWriter:
    """Applies a change to an instance until it fits the stored state."""

    directory: Directory
    clock: Clock
    ids: Ids

    def get(self, organization_id: str, instance_id: str) -> Instance:
        """An instance.

        Raises:
            NotFound: Unknown here; another organization's instance answers exactly the same.
        """
        known = self.directory.instance(organization_id, instance_id) if is_id(instance_id, "ins") else None
        if known is None:
            raise NotFound("There is no such instance.")
        return known

    def write(self, organization_id: str, instance_id: str, change: Callable[[Instance, int], Instance]) -> Instance:
        """Store ``change(instance, now)``, computed again on the stored state whenever somebody else wrote first.

        Returns:
            The instance as it is stored now.

        Raises:
            NotFound: Unknown here.
            TransitionRefused: The change is not allowed.
            VersionConflict: Others kept writing.
        """
        for attempt in range(_TRIES):
            self.clock.sleep(self.ids.draw() * _FIRST_PAUSE * attempt)
            before = self.get(organization_id, instance_id)
            after = change(before, self.clock.now())
            if after is before:
                return before
            if self.directory.put_instance(after):
                return after.stored()
        raise VersionConflict(f"{instance_id} kept changing")
