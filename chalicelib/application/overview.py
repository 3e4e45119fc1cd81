"""What an operator sees first: the numbers, and what became of the newest messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.instances.board import Post
from chalicelib.domain.tally import tally

if TYPE_CHECKING:
    from chalicelib.application.instances.board import Board, InstanceBoards
    from chalicelib.application.instances.states import InstanceState
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.intents import Intents
    from chalicelib.domain.listing import IntentRow
    from chalicelib.domain.tally import Tally

# So many rows cost about five read units, however much is stored.
LOOK = 200


@dataclass(frozen=True, slots=True)
class Overviews:
    """Reads overviews at a cost that does not grow."""

    boards: InstanceBoards
    intents: Intents
    fan_out: FanOut
    clock: Clock

    def of(self, organization_id: str, since: int) -> tuple[Board, Tally]:
        """The numbers, and the counts of what was accepted since ``since`` (ms) as far as the newest rows tell."""
        boards: list[Board] = []
        rows: list[IntentRow] = []
        self.fan_out(
            [
                lambda: boards.append(self.boards.of(organization_id)),
                lambda: rows.extend(self.intents.rows(organization_id, LOOK)),
            ]
        )
        return boards[0], tally(rows, LOOK, since, self.clock.now())

    def of_instance(self, state: InstanceState, since: int) -> tuple[Post, Tally]:
        """The same of one number that was just read."""
        one = state.instance
        rows = self.intents.rows(one.organization_id, LOOK)
        post = Post(state, self.boards.views.usage(one.organization_id, one.id))
        return post, tally(rows, LOOK, since, self.clock.now(), one.id)
