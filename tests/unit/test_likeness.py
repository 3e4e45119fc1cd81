"""Which messages say the same: small differences hide no repetition, and different messages are never taken for one."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.likeness import likeness, seen
from chalicelib.domain.values import Location, Reaction, Text

INVISIBLE = ("\u200b", "\u200d", "\ufeff", "\u00ad", "\u2060", "\u202e", "\ufe0f", "\u034f", "\u180b")
WRITTEN = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200)


@pytest.mark.parametrize(
    "other",
    [
        "OLÁ, seu pedido saiu!",
        "  Olá,  seu\tpedido\n\nsaiu! ",
        "Ola\u0301, seu pedido saiu!",
        "Olá,\u00a0seu pedido saiu!",
        "Olá, seu pe\u00addido saiu!",
        "Olá, seu pedido saiu!\u200b",
        "Ｏｌá, seu pedido saiu!",
    ],
)
def test_what_looks_the_same_is_the_same(other: str) -> None:
    """A loop that adds a space or a zero-width character would send the same sentence all night."""
    assert likeness(Text(other)) == likeness(Text("Olá, seu pedido saiu!"))


@pytest.mark.parametrize(
    "other", ["Olá, seu pedido saiu", "Olá, seu pedido 2 saiu!", "Ola, seu pedido saiu!", "👍", ""]
)
def test_another_text_is_another_message(other: str) -> None:
    """Two different orders of one customer would be one message, and the second never arrive."""
    assert likeness(Text(other)) != likeness(Text("Olá, seu pedido saiu!"))


def test_words_stay_words() -> None:
    """Texts that differ in where a word ends would be taken for each other."""
    assert likeness(Text("a bc")) != likeness(Text("ab c"))


def test_a_place_is_the_same_within_some_metres_and_with_its_name() -> None:
    """The same shop would be sent twice for a rounding, or two shops at one corner be one."""
    shop = likeness(Location(-23.55052, -46.63331, "Loja"))
    assert shop == likeness(Location(-23.550521, -46.633309, " LOJA "))
    assert shop != likeness(Location(-23.5515, -46.63331, "Loja"))
    assert shop != likeness(Location(-23.55052, -46.63331, "Padaria"))
    assert likeness(Location(-0.0, 0.00001, "")) == likeness(Location(0.0, -0.0, ""))


def test_a_reaction_is_like_nothing() -> None:
    """The second thumbs-up to a customer would be refused."""
    assert likeness(Reaction("👍", "3A01")) == ""


@given(WRITTEN, st.sampled_from(INVISIBLE), st.data())
def test_nothing_invisible_makes_a_difference(text: str, mark: str, data: st.DataObject) -> None:
    """Whoever hides a mark in the text gets the same message through again and again."""
    at = data.draw(st.integers(0, len(text)))
    marked = likeness(Text(text[:at] + mark + text[at:]))
    assert marked == likeness(Text(text))
    assert re.fullmatch(r"[-_A-Za-z0-9]{12}", marked)


@given(WRITTEN, st.sampled_from(("NFC", "NFD", "NFKC", "NFKD")))
def test_the_form_of_its_characters_makes_no_difference(text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    """The same message from a Mac and from a Linux server would be two."""
    assert likeness(Text(unicodedata.normalize(form, text))) == likeness(Text(text))
    assert seen(seen(text)) == seen(text)
