"""What an operator sees first: the numbers, and what became of the newest messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotFound
from chalicelib.domain.tally import tally

if TYPE_CHECKING:
    from chalicelib.application.instances.board import Board, InstanceBoards, Post
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.intents import Intents
    from chalicelib.domain.intent import Intent
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
        board, rows = self._read(organization_id)
        return board, tally(rows, LOOK, since, self.clock.now())

    def of_instance(self, organization_id: str, instance_id: str, since: int) -> tuple[Post, Tally]:
        """The same of one number.

        Raises:
            NotFound: Unknown here.
        """
        board, rows = self._read(organization_id)
        for post in board.posts:
            if post.state.instance.id == instance_id:
                return post, tally(rows, LOOK, since, self.clock.now(), instance_id)
        raise NotFound("There is no such instance.")

    def newest_of_instance(self, organization_id: str, instance_id: str, count: int) -> tuple[Intent, ...]:
        """A number's newest messages, at most ``count``, each as it is now, as far as the newest rows tell."""
        rows = self.intents.rows(organization_id, LOOK)
        ids = [row.id for row in rows if row.instance_id == instance_id][:count]
        known = self.intents.get_many(ids) if ids else {}
        return tuple(known[name] for name in ids if name in known)

    def _read(self, organization_id: str) -> tuple[Board, list[IntentRow]]:
        boards: list[Board] = []
        rows: list[IntentRow] = []
        self.fan_out(
            [
                lambda: boards.append(self.boards.of(organization_id)),
                lambda: rows.extend(self.intents.rows(organization_id, LOOK)),
            ]
        )
        return boards[0], rows
