"""Paces that people can choose for a number: its organization's, or a preset of its own."""

from __future__ import annotations

from enum import StrEnum

from chalicelib.domain.policy import PRESETS, Policy, Preset
from chalicelib.entrypoints.http.schemas.fields import Strict


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
