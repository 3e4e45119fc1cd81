"""A campaign: many intents under one name, which people stop, let go on or end together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.decision import Comparison, Defer, Drop, Ending
from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.values import MINUTE, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.intent import Intent

# Whoever decided on a view from before the cancellation has recorded it by then.
SETTLED = 3 * MINUTE
_PREFIX = "cmp_"


class CampaignStatus(StrEnum):
    """Whether a campaign's intents may leave; ``CANCELLED`` is for good."""

    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    CANCELLED = "CANCELLED"


class CampaignAction(StrEnum):
    """What people can do with a campaign."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


_ALLOWED = {
    CampaignStatus.RUNNING: (CampaignAction.PAUSE, CampaignAction.CANCEL),
    CampaignStatus.PAUSED: (CampaignAction.RESUME, CampaignAction.CANCEL),
    CampaignStatus.CANCELLED: (),
}
_BECOMES = {
    CampaignAction.PAUSE: CampaignStatus.PAUSED,
    CampaignAction.RESUME: CampaignStatus.RUNNING,
    CampaignAction.CANCEL: CampaignStatus.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class CampaignControl:
    """Where a campaign stands: what the Gate and the engine see of it, unless it runs.

    Attributes:
        id: ``cmp_`` + ULID, derived from organization and name; also the place where its intents wait for a resume.
        status: Whether its intents may leave.
        by: The actor who brought it there.
        at: Since when, ms.
        reason: Why, in that person's words; empty for one that was never stopped.
    """

    id: str
    status: CampaignStatus
    by: str
    at: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Clearing:
    """How far the search for a cancelled campaign's waiting intents has come.

    Attributes:
        since: When the present search began, ms.
        after: Position in the organization's list up to which it has come; ``None`` at its beginning.
    """

    since: int
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign of one organization.

    Attributes:
        organization_id: Whose campaign it is.
        name: As clients write it on their intents.
        created_at: When its first intent was handed in, ms.
        created_by: Who handed that in.
        control: Where it stands.
        clearing: The search for what still waits, after a cancellation, until nothing does.
        version: Stored version this was read at; 0 when nothing is stored yet.
    """

    organization_id: str
    name: str
    created_at: int
    created_by: str
    control: CampaignControl
    clearing: Clearing | None = None
    version: int = 0

    @property
    def id(self) -> str:
        """Its id, and the name of its parking place."""
        return self.control.id

    @property
    def status(self) -> CampaignStatus:
        """Whether its intents may leave."""
        return self.control.status

    @property
    def allowed_actions(self) -> tuple[CampaignAction, ...]:
        """What people can do with it now."""
        return _ALLOWED[self.status]

    def after(self, action: CampaignAction, reason: str, actor: str, now: int) -> Campaign:
        """The campaign once somebody did ``action``.

        Raises:
            TransitionRefused: It is not possible now; the text says what is.
        """
        if action not in self.allowed_actions:
            offer = f"Possible now: {', '.join(self.allowed_actions)}." if self.allowed_actions else "That is for good."
            raise TransitionRefused(f"This campaign is {self.status}: {action} is not possible. {offer}")
        control = CampaignControl(self.id, _BECOMES[action], actor, now, reason)
        clearing = Clearing(now) if action is CampaignAction.CANCEL else self.clearing
        return replace(self, control=control, clearing=clearing)

    def searched(self, after: str | None, now: int) -> Campaign:
        """The campaign once a page was searched up to ``after`` (``None``: to the list's end) for what still waits.

        A search that began right after the cancellation may have missed what was decided just before it: one more
        follows.
        """
        if self.clearing is None:
            return self
        if after is not None:
            return replace(self, clearing=replace(self.clearing, after=after))
        done = self.clearing.since >= self.control.at + SETTLED
        return replace(self, clearing=None if done else Clearing(max(now, self.control.at + SETTLED)))

    def stored(self) -> Campaign:
        """The campaign once it has been stored: one version on."""
        return replace(self, version=self.version + 1)


def opened(campaign_id: str, organization_id: str, name: str, actor: str, now: int) -> Campaign:
    """The campaign that an intent names for the first time."""
    control = CampaignControl(campaign_id, CampaignStatus.RUNNING, actor, now)
    return Campaign(organization_id, name, now, actor, control)


def stopped(intent: Intent, campaigns: Mapping[str, CampaignControl]) -> Defer | Drop | None:
    """What the Gate says about an intent whose campaign does not run; ``None`` when nothing speaks against it.

    Args:
        intent: A waiting intent.
        campaigns: The organization's paused and cancelled campaigns by name.
    """
    control = _control(intent, campaigns)
    if control is None:
        return None
    facts: dict[str, int | str] = {"since": control.at}
    if control.status is CampaignStatus.CANCELLED:
        trace = (Comparison(control.id, Ending.CANCELLED, facts),)
        return Drop(trace, Ending.CANCELLED, control.by)
    return Defer(Reason.OPS_PAUSED, None, control.id, (Comparison(control.id, Reason.OPS_PAUSED, facts),))


def held_up(intent: Intent, campaigns: Mapping[str, CampaignControl]) -> Reason | None:
    """Why the engine must not send an approved intent; the Gate says what becomes of it then."""
    return Reason.OPS_PAUSED if _control(intent, campaigns) else None


def is_campaign_place(place: str) -> bool:
    """Whether a parking place is that of a paused campaign."""
    return place.startswith(_PREFIX)


def runs_again(place: str, campaigns: Mapping[str, CampaignControl]) -> bool:
    """Whether those who wait in a campaign's place should be decided anew: it was resumed, or cancelled."""
    return not any(one.id == place and one.status is CampaignStatus.PAUSED for one in campaigns.values())


def _control(intent: Intent, campaigns: Mapping[str, CampaignControl]) -> CampaignControl | None:
    name = intent.request.campaign
    return campaigns.get(name) if name is not None else None
