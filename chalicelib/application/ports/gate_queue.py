"""The queue of questions to the Gate: what of these intents, and who may leave that place?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

# The shape of a message's body; another one is not understood.
MESSAGE_VERSION = 1
# So many intents go into one message: they are decided in one go, with one usage write per instance.
BATCH = 25


@dataclass(frozen=True, slots=True)
class Question:
    """A queue message: what the Gate is to be asked about. Ids only, never content or phone.

    Attributes:
        message_id: The queue's id of the message.
        organization_id: Whose intents.
        intent_ids: The intents asked about, oldest first; none where ``place`` is asked about.
        place: The parking place asked about, see ``domain/parking.py``.
        simulation: The what-if question to go on with; the Gate itself is not asked then.
    """

    message_id: str
    organization_id: str
    intent_ids: tuple[str, ...] = ()
    place: str | None = None
    simulation: str | None = None


class GateQueue(Protocol):
    """Publishes questions. Asking twice, or about what was answered meanwhile, changes nothing."""

    def publish_intents(self, organization_id: str, intent_ids: Sequence[str], delay: int = 0) -> Sequence[str]:
        """Ask about intents of one organization, ``BATCH`` a message in the order given.

        Args:
            organization_id: Whose intents.
            intent_ids: The intents, oldest first.
            delay: How much later the questions are delivered, ms.

        Returns:
            Ids that could not be asked about; ``sweep`` will.
        """

    def publish_places(self, organization_id: str, places: Sequence[str]) -> Sequence[str]:
        """Ask about parking places of one organization, each in a message of its own.

        Returns:
            Names of places that could not be asked about; ``sweep`` will.
        """

    def publish_simulation(self, organization_id: str, simulation_id: str, delay: int = 0) -> bool:
        """Ask somebody to go on with a what-if question, ``delay`` ms from now.

        Returns:
            Whether it was asked.
        """

    def backlog(self) -> int:
        """About how many questions wait to be delivered."""
