"""The shapes of campaigns: what one may be called, what a request must look like, and how one is shown."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from chalicelib.entrypoints.http.schemas.fields import Strict, visible
from chalicelib.entrypoints.http.schemas.instances import ReasonText

LONGEST_NAME = 80
# Joins emojis into one; every other invisible character would make two names look alike.
_JOINER = "\u200d"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


def campaign_name(value: str) -> str:
    """The name of a campaign, in one form however it was typed; it is part of addresses, too."""
    name = unicodedata.normalize("NFC", value).strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValueError(f"must have 1 to {LONGEST_NAME} characters")
    if any(unicodedata.category(letter) in _UNSEEN for letter in visible(name) if letter != _JOINER):
        raise ValueError("must be one line of visible characters")
    if "/" in name or set(name) == {"."}:
        raise ValueError("must not contain a slash or be dots only: it is part of addresses")
    return name


CampaignName = Annotated[str, Field(max_length=4 * LONGEST_NAME), AfterValidator(campaign_name)]


class SteeringBody(Strict):
    """The body of ``POST /api/campaigns/{name}/pause`` and ``…/cancel``."""

    reason: ReasonText


class ResumeBody(Strict):
    """The body of ``POST /api/campaigns/{name}/resume``; it may be left out altogether."""

    reason: ReasonText | None = None


class CampaignView(BaseModel):
    """A campaign: where it stands since when, who brought it there and why, and what can be done with it.

    ``clearing`` is true while intents of a cancelled campaign may still wait to be dropped; none of them can leave.
    """

    id: str
    name: str
    status: str
    since: str
    by: str
    reason: str | None
    created_at: str
    created_by: str
    clearing: bool
    actions: list[str]
    version: int


class CampaignList(BaseModel):
    """One page of campaigns."""

    data: list[CampaignView]
    next_cursor: str | None
    has_more: bool
