"""The shape of policies: a preset by its name or every figure, with the unit in the name where one is needed."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Discriminator, Field, Tag

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.policy import OnDuplicate, OnUnconfirmed, Policy
from chalicelib.domain.presets import PRESETS, Preset
from chalicelib.domain.quiet import QuietHours, QuietScope, QuietZone
from chalicelib.domain.warmup import WarmUp
from chalicelib.entrypoints.http.schemas.fields import Strict

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
# Figures that have their unit in their name here.
_UNITS = {
    "min_interval": "min_interval_ms",
    "max_interval": "max_interval_ms",
    "typing": "typing_ms",
    "reply_share": "reply_share_percent",
    "growth": "growth_percent",
    "spacing": "spacing_ms",
    "duplicate_window": "duplicate_window_ms",
}


def _clock(value: str) -> str:
    if not _CLOCK.fullmatch(value):
        raise ValueError("must be a time of day, like 21:00")
    return value


def _no_switch(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic takes this one for a mistake of the client
    return value


Count = Annotated[int, BeforeValidator(_no_switch), Field(ge=1, le=10_000_000)]
Percent = Annotated[int, BeforeValidator(_no_switch), Field(ge=0, le=1_000)]
Milliseconds = Annotated[int, BeforeValidator(_no_switch), Field(ge=0)]
Switch = Annotated[bool, Field(strict=True)]
Clock = Annotated[str, AfterValidator(_clock)]


class WarmUpBody(Strict):
    """How a new number starts."""

    days: Count
    first_day: Count
    growth_percent: Percent
    new_contacts: Count


class QuietBody(Strict):
    """Hours of each day, from ``start`` to before ``end``."""

    start: Clock
    end: Clock
    zone: QuietZone = QuietZone.ORGANIZATION
    scope: QuietScope = QuietScope.CAMPAIGNS


class PolicyBody(Strict):
    """Every figure of a policy: none can be forgotten, and a rule that is off says so.

    Whether marketing needs a consent is asked of the organization's policy only, whichever number would write.
    """

    per_minute: Count
    per_hour: Count
    per_day: Count
    min_interval_ms: Milliseconds
    max_interval_ms: Milliseconds
    typing_ms: Milliseconds
    reply_share_percent: Percent
    warmup: WarmUpBody | None
    quiet: QuietBody | None
    new_contacts: Count | None
    spacing_ms: Milliseconds
    require_consent: Switch
    allow_groups: Switch
    duplicate_window_ms: Milliseconds
    on_duplicate: OnDuplicate
    on_unconfirmed: OnUnconfirmed

    def policy(self) -> Policy:
        """What it means.

        Raises:
            InvalidInput: It contradicts itself; the pointer names the member, of a body that has it as ``policy``.
        """
        figures = {name: getattr(self, place_of(name)) for name in Policy.__dataclass_fields__}
        try:
            return Policy(**figures | {"warmup": self._warmup(), "quiet": self._quiet()})
        except InvalidInput as error:
            raise InvalidInput(str(error), place_of(error.pointer)) from error

    def _warmup(self) -> WarmUp | None:
        one = self.warmup
        return WarmUp(one.days, one.first_day, one.growth_percent, one.new_contacts) if one else None

    def _quiet(self) -> QuietHours | None:
        one = self.quiet
        return QuietHours(_minute(one.start), _minute(one.end), one.zone, one.scope) if one else None


class PresetBody(Strict):
    """A policy by the name of a preset."""

    preset: Preset

    def policy(self) -> Policy:
        """What it means."""
        return PRESETS[self.preset].policy


def _kind(given: Any) -> str:  # noqa: ANN401 - whatever stands in a body
    return "PRESET" if isinstance(given, PresetBody) or (isinstance(given, dict) and "preset" in given) else "FIGURES"


PolicyChoice = Annotated[
    Annotated[PresetBody, Tag("PRESET")] | Annotated[PolicyBody, Tag("FIGURES")], Discriminator(_kind)
]


class PolicyChange(Strict):
    """The body of ``PUT /api/policy``: the policy, and the version of the one that its author saw."""

    version: Annotated[int, Field(ge=1)]
    policy: PolicyChoice


class BackingView(BaseModel):
    """What stands behind a figure: where it comes from, and how far it can be trusted."""

    source: str
    solidity: str


class PresetView(BaseModel):
    """A policy that can be chosen by its name; ``sources`` by JSON pointer into ``policy``."""

    preset: str
    offered: bool
    policy: PolicyBody
    sources: dict[str, BackingView]


class OrganizationPolicyView(BaseModel):
    """The policy of every number that has none of its own."""

    version: int
    preset: str | None
    policy: PolicyBody
    sources: dict[str, BackingView]
    presets: list[PresetView]


def place_of(name: str) -> str:
    """A figure or a JSON pointer to it as bodies name it: ``/policy/spacing`` is ``/policy/spacing_ms``."""
    path, _, last = name.rpartition("/")
    named = _UNITS.get(last, last)
    return f"{path}/{named}" if "/" in name else named


def clock(minute: int) -> str:
    """A minute of the day as clocks show it: 1,260 is ``21:00``."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
