"""Reads everything that a decision is based on, side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.values import Target
    from chalicelib.domain.view import View


@dataclass(frozen=True, slots=True)
class Looking:
    """What the Gate sees."""

    views: GateViews
    book: ContactBook
    fan_out: FanOut

    def view(
        self, organization_id: str, intents: Mapping[str, Target], beside: Sequence[Callable[[], None]] = ()
    ) -> View:
        """What the Gate looks at.

        Args:
            organization_id: Whose intents are to be decided.
            intents: Their targets, by intent id.
            beside: Reads that may happen side by side.
        """
        views: list[View] = []
        recipients: dict[str, Contact] = {}
        self.fan_out(
            [
                lambda: views.append(self.views.load(organization_id)),
                lambda: recipients.update(self.book.recipients(organization_id, intents)),
                *beside,
            ]
        )
        new = {name: target for name, target in intents.items() if name not in recipients}
        recipients |= {name: self.book.blank(organization_id, target) for name, target in new.items()}
        return replace(views[0], recipients=recipients)
