"""Squeezed texts: what was stored is read for as long as intents live, by whichever version comes after."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.dynamodb.squeezing import squeezed, unsqueezed

# Stored on 2026-11-26; nothing here may ever change.
STORED = {
    (
        '[["PHONE","+5511987600080"],"DISPATCH","API","UTILITY",null,null,1801209720000,null,"1e7b217c5ae71fa'
        '9a71c9d70a40fb745","TEXT","HT7yBjFmV5zR"]'
    ): ("AcNITRbmZkBDLAyIT1UGhkYGluZG4KCCJDDDVPMkI0PzZNPEVHPDtETLRHPDZMsUc4NEE4O0JHMTU0QC9Agxr3TKcssNM60KUooFAA=="),
    (
        '[[1800000120000,"accepted","client key_01M8AMQ8FSJ5KGSFS5MXEYYK2F",{"index":80}],[0,"claimed","engin'
        'e",{"token":"a","lease_until":1800000136000}]]'
    ): ("AYMHsqER/qD2tXD0DbRwC/Yy9XYPdgs29Y1wjYz0NnJTQsSBhQERzk7E4W5DYzOw42MB"),
}


@pytest.mark.parametrize(("text", "stored"), STORED.items())
def test_what_was_stored_once_is_always_read(text: str, stored: str) -> None:
    """A changed dictionary makes every message of the last ninety days unreadable."""
    assert unsqueezed(base64.b64decode(stored)) == text


@given(st.text(max_size=10_000))
def test_any_text_comes_back(text: str) -> None:
    """A message with a long life, or in another script, would be lost."""
    assert unsqueezed(squeezed(text)) == text


def test_a_text_from_before_is_itself() -> None:
    """What was stored before a deployment would be unreadable after it."""
    assert unsqueezed("[[0]]") == "[[0]]"


@pytest.mark.parametrize("value", [b"", b"\x00abc", b"\xffabc", b"\x01\xff\xff", 5])
def test_what_is_none_of_ours_is_refused(value: bytes | int) -> None:
    """A damaged message must be found and named, not be taken for an empty one."""
    with pytest.raises(ValueError, match="squeezed"):
        unsqueezed(value)
