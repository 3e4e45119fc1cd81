"""The shape of an organization's settings."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field

from chalicelib.domain.preference import plain
from chalicelib.entrypoints.http.schemas.fields import Strict, visible


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be the name of a time zone, like America/Sao_Paulo") from error
    return value


def _word(value: str) -> str:
    if not plain(value):
        raise ValueError("must contain a letter or a digit")
    return value


Word = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_word)]
Words = Annotated[list[Word], Field(max_length=50)]


class OrganizationChanges(Strict):
    """The body of ``PATCH /api/organization``: what is left out stays as it is."""

    name: Annotated[str, Field(min_length=1, max_length=120), AfterValidator(visible)] | None = None
    locale: Literal["pt-BR", "en"] | None = None
    time_zone: Annotated[str, Field(max_length=64), AfterValidator(_zone)] | None = None
    opt_out_words: Words | None = None
    opt_in_words: Words | None = None
    confirm_opt_outs: Annotated[bool, Field(strict=True)] | None = None


class PauseView(BaseModel):
    """A stop of all sending: ``in_flight`` counts what was under way when it was written."""

    status: str
    in_flight: int
    by: str
    reason: str
    since: str
    until: str | None


class PlanView(BaseModel):
    """What its plan allows over all numbers in any 24 h, and how much of that counts as used now."""

    per_day: int
    used: int


class OrganizationView(BaseModel):
    """A tenant; ``sending_enabled`` unless this deployment only decides, ``paused`` while nothing may leave."""

    id: str
    name: str
    locale: str
    time_zone: str
    opt_out_words: list[str]
    opt_in_words: list[str]
    confirm_opt_outs: bool
    sending_enabled: bool
    paused: PauseView | None
    plan: PlanView | None
    version: int
