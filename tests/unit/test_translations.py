"""The panel's Portuguese is complete: every text it names is translated, and nothing else is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infra.web import messages

if TYPE_CHECKING:
    from babel.messages import Catalog, Message

PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w*)[^}]*\}")


@pytest.fixture(scope="module")
def texts() -> Catalog:
    """The texts that templates and views name."""
    return messages.extract(messages.WEB)


@pytest.fixture(scope="module")
def portuguese() -> Catalog:
    """The translations that are kept."""
    ((_, catalog),) = messages.catalogs(messages.WEB)
    assert str(catalog.locale) == "pt_BR"
    return catalog


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _ids(catalog: Catalog) -> set[tuple[str, ...]]:
    return {tuple(_forms(message.id)) for message in catalog if message.id}


def _placeholders(text: str) -> set[str]:
    return {"".join(found) for found in PLACEHOLDER.findall(text)}


def _untranslated(message: Message) -> bool:
    return message.fuzzy or not _forms(message.string) or not all(_forms(message.string))


def test_every_text_is_translated(texts: Catalog, portuguese: Catalog) -> None:
    """A sentence in English in the middle of a Portuguese page is one that the operator may not understand."""
    assert _ids(texts) - _ids(portuguese) == set(), "run: make messages"
    assert [message.id for message in portuguese if message.id and _untranslated(message)] == []


def test_no_translation_is_left_over(texts: Catalog, portuguese: Catalog) -> None:
    """Translations of texts that are gone hide the ones that matter from whoever corrects them."""
    assert _ids(portuguese) - _ids(texts) == set(), "run: make messages"
    assert list(portuguese.obsolete) == []


def test_translations_have_the_same_placeholders(portuguese: Catalog) -> None:
    """A placeholder that is misspelt in Portuguese is an error page for Portuguese readers only."""
    for message in portuguese:
        for ours, theirs in zip(_forms(message.id), _forms(message.string), strict=False):
            assert _placeholders(ours) == _placeholders(theirs), ours
