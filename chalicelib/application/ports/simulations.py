"""Where what-if questions and their answers live, for two weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.whatif.simulation import Simulation


class Simulations(Protocol):
    """Stores simulations; of one organization only one is begun at a time."""

    def begin(self, simulation: Simulation, after: str | None) -> bool:
        """Store a new simulation, unless another one was begun since its author looked.

        Args:
            simulation: The new one.
            after: Id of the organization's newest one as its author saw it; ``None`` for none.

        Returns:
            Whether it was stored; a newest one that is older than ``LIFETIME`` is in nobody's way.
        """

    def save(self, simulation: Simulation) -> bool:
        """Store a simulation derived from the one at ``simulation.version``.

        Returns:
            Whether it was stored; ``False`` when somebody else changed it first.
        """

    def get(self, organization_id: str, simulation_id: str) -> Simulation | None:
        """A simulation of an organization (strongly consistent)."""

    def newest(self, organization_id: str, limit: int) -> Sequence[Simulation]:
        """The newest simulations of an organization, newest first (strongly consistent)."""

    def keep_left(self, simulation: Simulation, left: Mapping[str, int]) -> None:
        """Keep when each intent left in the first step (ms, 0 for never), by intent id, for the second."""

    def left(self, simulation: Simulation) -> Mapping[str, int] | None:
        """What the first step kept; ``None`` when it kept nothing."""
