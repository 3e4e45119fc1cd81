"""What the sends of a batch depend on, read for all of its lanes side by side, as late as that can be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.execution.work import Instant, Job, Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.application.contacts import ContactBook
    from chalicelib.application.execution.lanes import Lanes
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.contents import Contents
    from chalicelib.application.ports.fan_out import FanOut
    from chalicelib.application.ports.gate_views import GateViews
    from chalicelib.domain.contact import Contact
    from chalicelib.domain.values import Content, Target
    from chalicelib.domain.view import View


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens lanes: their control, what their messages say, and what is known of whom they are for."""

    contents: Contents
    views: GateViews
    book: ContactBook
    fan_out: FanOut
    clock: Clock

    def open(self, jobs: Mapping[tuple[str, str], list[Job]], lanes: Lanes) -> list[Lane]:
        """The lanes of jobs, with all that is read; lanes that are held for nothing are given back meanwhile.

        Args:
            jobs: What is to be sent, by organization and number, each number's in slot order.
            lanes: The lanes that are held, those of the jobs among them.
        """
        read_at = Instant.of(self.clock)
        views: dict[str, View] = {}
        contents: dict[str, Content] = {}
        people: dict[str, Contact] = {}
        intents = [job.intent for one in jobs.values() for job in one]
        reads: list[Callable[[], None]] = lanes.idle({name for _, name in jobs})
        if intents:
            reads.append(lambda: contents.update(self.contents.get_many(intents)))
        for organization_id in {organization_id for organization_id, _ in jobs}:
            targets = {one.id: one.request.target for one in intents if one.organization_id == organization_id}
            reads.append(partial(self._read_view, views, organization_id))
            reads.append(partial(self._read_people, people, organization_id, targets))
        self.fan_out(reads)

        def complete(job: Job) -> Job:
            found, person = contents.get(job.intent.id), people.get(job.intent.id)
            return replace(job, content=found, contact=person, asked_at=read_at)

        return [
            Lane(
                organization_id=organization_id,
                instance_id=instance_id,
                token=lanes.token,
                until=lanes.until,
                jobs=list(map(complete, one)),
                view=views[organization_id],
                read_at=read_at,
                calls=lanes.calls(instance_id),
            )
            for (organization_id, instance_id), one in jobs.items()
        ]

    def _read_view(self, views: dict[str, View], organization_id: str) -> None:
        views[organization_id] = self.views.load(organization_id)

    def _read_people(self, people: dict[str, Contact], organization_id: str, targets: dict[str, Target]) -> None:
        people.update(self.book.recipients(organization_id, targets))
