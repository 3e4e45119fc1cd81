"""What a person wants to receive: opted out or in, when, and by which words."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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

# What somebody who opted out is told, how to come back, and the word that people who speak the language expect.
_CONFIRMATIONS = {
    "pt-BR": ("Pronto: você não receberá mais mensagens nossas.", "Para voltar a receber, responda {word}.", "VOLTAR"),
    "en": ("Done: you will get no more messages from us.", "To get them again, reply {word}.", "START"),
}


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
        said_at: When the person themself first said so, ms, for as long as the opt-out lasts; 0 when they never did.
    """

    opt_out: OptOut | None
    at: int
    by: str
    proof: str
    said_at: int = 0

    def after(self, earlier: Preference | None) -> Preference:
        """The wish as it counts after an ``earlier`` one: saying it again begins no new opt-out."""
        lasts = earlier is not None and earlier.opt_out is not None and self.opt_out is not None
        return replace(self, said_at=earlier.said_at) if lasts and earlier and earlier.said_at else self


def confirmation(locale: str, opt_in_words: Sequence[str]) -> str:
    """The one message to somebody who opted out.

    Args:
        locale: The organization's language.
        opt_in_words: What its people are told to answer to come back; none is named when there is none.
    """
    done, back, usual = _CONFIRMATIONS.get(locale, _CONFIRMATIONS["en"])
    word = next((word for word in opt_in_words if says(word, [usual])), next(iter(opt_in_words), None))
    return f"{done} {back.format(word=word)}" if word else done


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
