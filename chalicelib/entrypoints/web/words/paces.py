"""Paces, where their figures come from and how far those can be trusted, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.presets import Preset, Solidity, Source
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

ORGANIZATION = Word("plain", mark("As the organization"), mark("Changes with the organization's policy."))
OWN = Word("plain", mark("Figures of its own"))

PRESETS: Mapping[Preset, Word] = {
    Preset.CONSERVATIVE: Word("plain", mark("Conservative"), mark("A cautious start for a new number.")),
    Preset.MODERATE: Word("plain", mark("Moderate"), mark("For a number with history.")),
    Preset.CLOUD_API: Word("plain", mark("Cloud API"), mark("What Meta publishes for numbers of its Cloud API.")),
}

SOURCES: Mapping[Source, str] = {
    Source.OPERATOR_REPORTS: mark("reported by people who run such numbers"),
    Source.PROVIDER: mark("published by WhatsApp"),
    Source.OURS: mark("our own choice"),
}

SOLIDITIES: Mapping[Solidity, str] = {
    Solidity.EXPERIENCE: mark("experience, promised by nobody"),
    Solidity.PUBLISHED: mark("may change there"),
    Solidity.CHOICE: mark("measured by nobody"),
}

TRUST = mark("Where each figure comes from stands below; there is no guarantee against a ban.")
