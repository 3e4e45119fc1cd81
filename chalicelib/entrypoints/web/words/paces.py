"""Paces, where their figures come from and how far those can be trusted, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.policy import FigureSource, Preset, Solidity
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

ORGANIZATION = Word("plain", mark("As the organization"), mark("Changes with the organization's pace."))
OWN = Word("plain", mark("Figures of its own"))

PRESETS: Mapping[Preset, Word] = {
    Preset.CONSERVATIVE: Word("plain", mark("Conservative"), mark("A cautious start for a new number.")),
    Preset.MODERATE: Word("plain", mark("Moderate"), mark("For a number with history.")),
}

SOURCES: Mapping[FigureSource, str] = {
    FigureSource.OPERATOR_REPORTS: mark("The figures come from what people who run such numbers report."),
}

SOLIDITIES: Mapping[Solidity, str] = {
    Solidity.EXPERIENCE: mark("That is experience, measured by nobody: no guarantee against a ban."),
}
