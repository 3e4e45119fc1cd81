"""Paces, where their figures come from and how far those can be trusted, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.presets import Preset, Solidity, Source
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

ORGANIZATION = Word("plain", mark("As the organization"), mark("Changes with the organization's pace."))
OWN = Word("plain", mark("Figures of its own"))

PRESETS: Mapping[Preset, Word] = {
    Preset.CONSERVATIVE: Word("plain", mark("Conservative"), mark("A cautious start for a new number.")),
    Preset.MODERATE: Word("plain", mark("Moderate"), mark("For a number with history.")),
    Preset.CLOUD_API: Word("plain", mark("Cloud API"), mark("What Meta publishes for numbers of its Cloud API.")),
}

# Where a figure comes from: a few words, and what that is worth.
SOURCES: Mapping[Source, Word] = {
    Source.OPERATOR_REPORTS: Word("plain", mark("operators report it")),
    Source.PROVIDER: Word("plain", mark("WhatsApp publishes it")),
    Source.OURS: Word("plain", mark("our own choice")),
}

SOLIDITIES: Mapping[Solidity, str] = {
    Solidity.EXPERIENCE: mark("experience, promised by nobody"),
    Solidity.PUBLISHED: mark("published, and may change"),
    Solidity.CHOICE: mark("measured by nobody"),
}

TRUST = mark("Each figure says where it comes from. None is a guarantee against a ban.")
