"""The id on the wire: from it alone a receipt finds its intent."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from chalicelib.adapters.providers.whatsmeow.message_id import intent_of, message_id

INTENTS = st.binary(min_size=16, max_size=16).map(lambda raw: f"int_{ULID.from_bytes(raw)}")
GENERATIONS = st.integers(0, 255)


@given(INTENTS, GENERATIONS)
def test_an_id_leads_back_to_its_intent(intent_id: str, generation: int) -> None:
    """A receipt would find no message: delivered ones stay "sent", unconfirmed ones are sent again."""
    assert intent_of(message_id(intent_id, generation)) == intent_id


@given(INTENTS, GENERATIONS)
def test_an_id_looks_like_one_of_the_official_client(intent_id: str, generation: int) -> None:
    """WhatsApp could refuse the message, or tell the number apart from ordinary ones."""
    assert re.fullmatch(r"3EB0[0-9A-F]{34}", message_id(intent_id, generation))


@given(INTENTS, INTENTS, GENERATIONS, GENERATIONS)
def test_only_the_same_send_has_the_same_id(one: str, other: str, first: int, second: int) -> None:
    """A receiver would drop a message as a repeat of another, or show a repeat as a new one."""
    same = (one, first) == (other, second)
    assert (message_id(one, first) == message_id(other, second)) == same


@pytest.mark.parametrize(
    "foreign",
    [
        "",
        "3EB0",
        "3EB0A1B2C3D4E5F60718",
        "3EB0A1B2C3D4E5F6071829",
        "ABCDEF0123456789ABCDEF0123456789",
        "true_5511987654321@c.us_3EB0A1B2C3D4E5F60718",
        "3EB0" + "G" * 34,
        "3EB0" + " " * 34,
        "3EB0" + "0" * 32 + "ZZ",
        "3EB0" + "a" * 34,
        "4EB0" + "0" * 34,
        "3EB0" + "0" * 35,
        "3EB0" + "\N{ARABIC-INDIC DIGIT ZERO}" * 34,
        "3EB0" + "0" * 32 + "0\n",
    ],
)
def test_somebody_elses_id_is_nobodys_intent(foreign: str) -> None:
    """What a person types on the phone would be looked up, and found, as a message of ours."""
    assert intent_of(foreign) is None


@given(st.text(max_size=45) | st.text("0123456789ABCDEF", min_size=34, max_size=34).map("3EB0".__add__))
def test_any_text_is_an_id_or_none(text: str) -> None:
    """A webhook with a strange id would end in the dead letters with all the receipts beside it."""
    intent_id = intent_of(text)
    assert intent_id is None or message_id(intent_id, int(text[-2:], 16)) == text
