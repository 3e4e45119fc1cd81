"""The lanes that a batch holds: one send in flight per number, across all workers, and one pace."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.control import Lease

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.leases import Leases
    from chalicelib.domain.calls import Calls


@dataclass(slots=True)
class Lanes:
    """Takes lanes of numbers, each asked for once, and gives back those it got.

    Attributes:
        token: Fencing token of whatever is done under them.
        until: When they count as lost, ms.
    """

    leases: Leases
    fan_out: FanOut
    clock: Clock
    token: str
    until: int
    _asked: dict[str, Lease | None] = field(default_factory=dict)

    def take(self, wanted: Mapping[str, int], beside: Sequence[Callable[[], None]] = ()) -> None:
        """Ask for lanes that were not asked for yet.

        Args:
            wanted: For how many messages, by instance id.
            beside: What may happen side by side with it.
        """
        new = {name: load for name, load in wanted.items() if name not in self._asked}
        now = self.clock.now()
        takes: list[Callable[[], None]] = [
            partial(self._take, name, Lease(now, self.until, load)) for name, load in new.items()
        ]
        self.fan_out([*takes, *beside])

    def has(self, instance_id: str) -> bool:
        """Whether the number's lane was free."""
        return self._asked.get(instance_id) is not None

    def calls(self, instance_id: str) -> Calls:
        """What left a number lately whose lane is held."""
        lease = self._asked[instance_id]
        if lease is None:
            raise KeyError(instance_id)
        return lease.calls

    def give_back(self, instance_id: str, calls: Calls) -> None:
        """Give one lane back, and hand on what left its number by now."""
        self._asked[instance_id] = None
        self.leases.release(LeaseKind.LANE, instance_id, self.token, calls)

    def idle(self, busy: Collection[str]) -> list[Callable[[], None]]:
        """What gives back every lane that is held, but for those of the busy numbers."""
        held = {name: lease.calls for name, lease in self._asked.items() if lease and name not in busy}
        return [partial(self.give_back, name, calls) for name, calls in held.items()]

    def release(self) -> None:
        """Give all lanes back that are still held."""
        self.fan_out(self.idle(()))

    def _take(self, instance_id: str, lease: Lease) -> None:
        self._asked[instance_id] = self.leases.take(LeaseKind.LANE, instance_id, self.token, lease)
