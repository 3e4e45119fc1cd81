"""Paces that people can choose for a number: its organization's, or a preset of its own."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.presets import PRESETS, Preset
from chalicelib.entrypoints.http.schemas.fields import Strict

if TYPE_CHECKING:
    from chalicelib.domain.policy import Policy


class Pace(StrEnum):
    """What the choice says."""

    ORGANIZATION = "ORGANIZATION"
    CONSERVATIVE = Preset.CONSERVATIVE
    MODERATE = Preset.MODERATE

    @property
    def policy(self) -> Policy | None:
        """Its figures; ``None`` for the organization's."""
        return None if self is Pace.ORGANIZATION else PRESETS[Preset(self)].policy


class PaceBody(Strict):
    """The choice as a form."""

    pace: Pace


class WarmedUpBody(Strict):
    """Whether a number was in use before, as a form: a box that is not ticked is not sent."""

    warmed_up: bool = False


class StartBody(PaceBody, WarmedUpBody):
    """How a new number starts, as a form."""
