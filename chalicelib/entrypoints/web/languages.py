"""Which languages the panel speaks, and which of them a reader gets."""

from __future__ import annotations

import gettext
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILT = Path(__file__).parent / "built"
LANGUAGES = ("pt-BR", "en")
LANGUAGE_COOKIE = "portaria_language"
# Before anybody has signed in.
DEFAULT_ZONE = "America/Sao_Paulo"
_DECIMAL = {"pt-BR": ","}


def language_of(cookies: Mapping[str, str], organization: str | None, accepted: str) -> str:
    """The reader's language: as they chose, as their organization speaks, as their browser asks, Portuguese.

    Args:
        cookies: The request's cookies.
        organization: The organization's locale, once it is known.
        accepted: The ``Accept-Language`` header.
    """
    return _first_spoken(cookies.get(LANGUAGE_COOKIE, ""), organization or "", *_asked(accepted))


def language_for(accepted: str, organization: str) -> str:
    """The language of an answer to a program: as it asks, as its organization speaks, Portuguese.

    Args:
        accepted: The ``Accept-Language`` header; programs that send one mean it.
        organization: The organization's locale.
    """
    return _first_spoken(*_asked(accepted), organization)


@lru_cache
def translations(locale: str) -> gettext.NullTranslations:
    """The sentences of a language; English is how they are written."""
    if locale == "en":
        return gettext.NullTranslations()
    return gettext.translation("panel", BUILT / "locale", [locale.replace("-", "_")])


def decimal_mark(locale: str) -> str:
    """What stands before the decimals."""
    return _DECIMAL.get(locale, ".")


def _first_spoken(*wanted: str) -> str:
    for one in wanted:
        for language in LANGUAGES:
            if one.lower().split("-")[0] == language.lower().split("-")[0]:
                return language
    return LANGUAGES[0]


def _asked(header: str) -> list[str]:
    """The languages of an ``Accept-Language`` header in its order, which is the browser's preference."""
    return [part.split(";")[0].strip() for part in header.split(",")]
