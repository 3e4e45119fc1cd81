"""Checks what only we can check, and makes intents of wishes that nobody handed in before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.application.intake.draft import request_of
from chalicelib.application.intake.submission import Taken
from chalicelib.domain.campaign import CampaignStatus
from chalicelib.domain.errors import IdempotencyKeyReused, InvalidInput
from chalicelib.domain.intent import Intent
from chalicelib.domain.timeline import EventType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chalicelib.application.campaigns import CampaignBook
    from chalicelib.application.gatekeeping import Gatekeeper
    from chalicelib.application.intake.submission import Submission, Wish
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.intents import Intents
    from chalicelib.application.ports.zones import Zones
    from chalicelib.domain.campaign import Campaign
    from chalicelib.domain.values import Target
    from chalicelib.domain.view import View


@dataclass(frozen=True, slots=True)
class Found:
    """What is there already when a request comes in.

    Attributes:
        view: The organization with its numbers, and the recipients if they were asked for.
        known: Intents of the request that an earlier one created, by id.
        campaigns: The request's campaigns that exist, by name.
    """

    view: View
    known: Mapping[str, Intent]
    campaigns: Mapping[str, Campaign]

    def missing(self, wanted: Submission) -> list[Wish]:
        """The wishes that are not intents yet."""
        return [wish for wish in wanted.wishes if wish.intent_id not in self.known]

    def taken(self, wanted: Submission, created: Mapping[str, Intent]) -> Taken:
        """What became of the request: what was ``created`` now, and what was known before."""
        stored = {**self.known, **created}
        intents = tuple(stored[wish.intent_id] for wish in wanted.wishes)
        return Taken(intents, self.view.organization, replayed=not created)

    def new_campaigns(self, wanted: Submission) -> frozenset[str]:
        """Names of campaigns that begin with this request."""
        return wanted.campaigns - self.campaigns.keys()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Reads what a request meets, and refuses it as a whole or accepts it as a whole."""

    gatekeeper: Gatekeeper
    campaigns: CampaignBook
    intents: Intents
    zones: Zones
    clock: Clock

    def look(self, wanted: Submission, *, recipients: bool) -> Found:
        """Read what there is already.

        Args:
            wanted: What is handed in.
            recipients: Whether the recipients are read too, to decide at once.

        Raises:
            IdempotencyKeyReused: The key belongs to another body.
        """
        known: dict[str, Intent] = {}
        campaigns: dict[str, Campaign] = {}
        beside: list[Callable[[], None]] = []
        if wanted.keyed:
            names = [wish.intent_id for wish in wanted.wishes]
            beside.append(lambda: known.update(self.intents.get_many(names)))
        if wanted.campaigns:
            named = partial(self.campaigns.named, wanted.organization_id, wanted.campaigns)
            beside.append(lambda: campaigns.update(named()))
        targets: dict[str, Target] = {wish.intent_id: wish.draft.target for wish in wanted.wishes} if recipients else {}
        view = self.gatekeeper.view(wanted.organization_id, targets, beside=beside)
        for wish in wanted.wishes:
            refuse_another(known.get(wish.intent_id), wish.fingerprint)
        return Found(view, known, campaigns)

    def accept(self, wanted: Submission, found: Found) -> list[Intent]:
        """The intents that the missing wishes become, accepted now; nothing is stored yet.

        Raises:
            InvalidInput: One or more of them make no sense; every mistake is named.
        """
        now = self.clock.now()
        tried = [self._accept(wanted, wish, found, now) for wish in found.missing(wanted)]
        mistakes = [one for one in tried if isinstance(one, InvalidInput)]
        if mistakes:
            raise InvalidInput(str(mistakes[0]), mistakes[0].pointer, mistakes[1:])
        return [one for one in tried if isinstance(one, Intent)]

    def _accept(self, wanted: Submission, wish: Wish, found: Found, now: int) -> Intent | InvalidInput:
        draft = wish.draft
        if draft.instance_id and draft.instance_id not in found.view.instances:
            return InvalidInput("There is no such instance in this organization.", f"{wish.place}/instance_id")
        campaign = found.campaigns.get(draft.campaign or "")
        if campaign is not None and campaign.status is CampaignStatus.CANCELLED:
            return InvalidInput("This campaign was cancelled; use another name.", f"{wish.place}/campaign")
        try:
            zone = None if draft.target.is_group else self.zones(draft.target.value)
            elsewhere = zone if zone != found.view.organization.time_zone else None
            request = request_of(draft, wish.fingerprint, elsewhere, now)
        except InvalidInput as mistake:
            return InvalidInput(str(mistake), wish.place + mistake.pointer)
        facts = {} if wish.index is None else {"index": wish.index}
        blank = Intent(wish.intent_id, wanted.organization_id, request)
        return blank.record(EventType.ACCEPTED, now, wanted.actor, **facts)


def refuse_another(stored: Intent | None, fingerprint: str) -> None:
    """Refuse a request whose id is taken by another one.

    Raises:
        IdempotencyKeyReused: ``stored`` was created by another body.
    """
    if stored is not None and stored.request.fingerprint != fingerprint:
        raise IdempotencyKeyReused("This Idempotency-Key was used before with another body. Use a new key.")


def as_stored(intents: Sequence[Intent], earlier: Sequence[Intent | None]) -> dict[str, Intent]:
    """Each intent as it is stored now, by id: ours, or the one that was there ``earlier``."""
    return {one.id: before or one for one, before in zip(intents, earlier, strict=True)}
