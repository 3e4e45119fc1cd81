"""What a person wants to receive: opted out or in, when, and by which words."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# What people in Brazil and in English-speaking countries are told to answer; organizations may change both lists.
OPT_OUT_WORDS = (
    "SAIR",
    "PARAR",
    "PARE",
    "CANCELAR",
    "DESCADASTRAR",
    "REMOVER",
    "STOP",
    "UNSUBSCRIBE",
    "CANCEL",
    "QUIT",
)
OPT_IN_WORDS = ("VOLTAR", "REATIVAR", "START", "UNSTOP")


class OptOut(StrEnum):
    """What a person no longer wants."""

    MARKETING = "marketing"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Preference:
    """A person's latest wish; a later one replaces it, an earlier one that arrives late does not.

    Attributes:
        opt_out: What is no longer wanted; ``None`` after opting in again.
        at: When it was said, ms.
        by: Who said or wrote it down: ``contact``, ``client key_…``, ``operator usr_…``.
        proof: What it rests on: the message's id, or the operator's words.
    """

    opt_out: OptOut | None
    at: int
    by: str
    proof: str


def says(text: str, words: Iterable[str]) -> bool:
    """Whether a message is one of ``words`` and nothing else; case, accents and punctuation do not matter."""
    said = plain(text)
    return bool(said) and said in {plain(word) for word in words}


def plain(text: str) -> str:
    """A text reduced to its letters and digits, in lower case, with single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter if letter.isalnum() else " " for letter in decomposed if not _mark(letter)).split())


def _mark(letter: str) -> bool:
    return unicodedata.combining(letter) > 0
