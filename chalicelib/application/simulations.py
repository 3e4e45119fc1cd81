"""What-if questions: asked about the last hours of one organization, and found again with their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidInput, NotFound, TransitionRefused
from chalicelib.domain.presets import require_offered
from chalicelib.domain.values import is_id
from chalicelib.domain.whatif.simulation import IN_USE, Simulation

if TYPE_CHECKING:
    from collections.abc import Collection

    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.directory import Directory
    from chalicelib.application.ports.gate_queue import GateQueue
    from chalicelib.application.ports.ids import Ids
    from chalicelib.application.ports.simulations import Simulations
    from chalicelib.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class SimulationBook:
    """Asks what a policy would have done, and shows what came of it.

    Attributes:
        simulations: Where they are.
        directory: Knows the numbers.
        queue: Tells somebody to work on it.
        clock: Now.
        ids: Names them.
        providers: Through which numbers can send here.
    """

    simulations: Simulations
    directory: Directory
    queue: GateQueue
    clock: Clock
    ids: Ids
    providers: Collection[str]

    def ask(self, organization_id: str, actor: str, hours: int, policy: Policy, instance_id: str | None) -> Simulation:
        """Begin to find out what a policy would have done to the last hours.

        Args:
            organization_id: Whose intents.
            actor: Who asks.
            hours: How far back, from now.
            policy: The proposed policy.
            instance_id: The only number it is proposed for; ``None`` for the organization's policy.

        Raises:
            InvalidInput: There is no such number in use, or it is a preset for numbers that nobody can have here.
            TransitionRefused: Another one of this organization is not answered yet.
        """
        require_offered(policy, self.providers)
        if instance_id is not None:
            self._require_in_use(organization_id, instance_id)
        now, latest = self.clock.now(), next(iter(self.simulations.newest(organization_id, 1)), None)
        asked = Simulation(self.ids.new("sim"), organization_id, actor, now, hours, policy, instance_id)
        waiting = latest is not None and not latest.at(now).ended
        if waiting or not self.simulations.begin(asked, latest.id if latest else None):
            raise TransitionRefused("Another simulation is not answered yet; ask again when it is.")
        asked = asked.stored()
        if self.queue.publish_simulation(organization_id, asked.id):
            return asked
        failed = asked.not_started()
        self.simulations.save(failed)
        return failed

    def _require_in_use(self, organization_id: str, instance_id: str) -> None:
        known = self.directory.instance(organization_id, instance_id)
        if known is None:
            raise InvalidInput("There is no such instance in this organization.", "/instance_id")
        if known.lifecycle not in IN_USE:
            raise InvalidInput("This instance is not in use, so no policy changes what it does.", "/instance_id")

    def one(self, organization_id: str, simulation_id: str) -> Simulation:
        """A simulation as it stands now.

        Raises:
            NotFound: Unknown here; another organization's answers exactly the same.
        """
        found = self.simulations.get(organization_id, simulation_id) if is_id(simulation_id, "sim") else None
        if found is None:
            raise NotFound("There is no such simulation.")
        return found.at(self.clock.now())

    def newest(self, organization_id: str, limit: int) -> list[Simulation]:
        """The newest simulations of an organization as they stand now, newest first."""
        now = self.clock.now()
        return [one.at(now) for one in self.simulations.newest(organization_id, limit)]
