"""Contents: the text that leaves is the text that was accepted with the intent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.application.ports.contents import MOST_AT_ONCE
from chalicelib.domain.values import Location, Reaction, Text
from tests.contract import samples

if TYPE_CHECKING:
    from chalicelib.domain.values import Content
    from tests.contract.conftest import Store


@pytest.mark.parametrize("text", ["Olá", "x", 'aspas " e \\ barras\n\ttab\0', "👩🏽‍🚀 ção " * 400, "a" * 4_096])
def test_a_content_comes_back_letter_by_letter(store: Store, text: str) -> None:
    """A customer would receive a mangled message."""
    intent, content = samples.pending(), Text(text)
    store.contents.put_many([(intent, content)])
    assert store.contents.get_many([intent]) == {intent.id: content}


def test_a_twin_with_another_body_overwrites_nothing(store: Store) -> None:
    """The intent that won would be sent with the text of the request that was refused."""
    intent = samples.pending()
    twin = samples.with_another_body(intent)
    store.contents.put_many([(intent, Text("o primeiro"))])
    store.contents.put_many([(twin, Text("o segundo"))])
    assert store.contents.get_many([intent])[intent.id] == Text("o primeiro")
    assert store.contents.get_many([twin])[twin.id] == Text("o segundo")


def test_a_missing_content_is_missing(store: Store) -> None:
    """A message whose text is gone would be sent empty, or take its batch down with it."""
    here, gone = samples.pending(1), samples.pending(2)
    store.contents.put_many([(here, Text("Olá"))])
    assert list(store.contents.get_many([here, gone])) == [here.id]
    assert store.contents.get_many([]) == {}


def test_many_contents_are_written_and_read_at_once(store: Store) -> None:
    """In a large batch one customer would get the text meant for another, or none."""
    intents = [samples.pending(number) for number in range(110)]
    for start in range(0, len(intents), MOST_AT_ONCE):
        store.contents.put_many([(one, Text(f"para {one.id}")) for one in intents[start : start + MOST_AT_ONCE]])
    found = store.contents.get_many(intents)
    assert found == {one.id: Text(f"para {one.id}") for one in intents}


_OTHERS = [Location(-23.5505199, -46.6333094, "Sé"), Location(0.0, 180.0, ""), Reaction("👍🏽", "3A01")]


@pytest.mark.parametrize("content", _OTHERS)
def test_places_and_reactions_come_back_exactly(store: Store, content: Content) -> None:
    """A customer would be sent to another street."""
    intent = samples.pending()
    store.contents.put_many([(intent, content)])
    assert store.contents.get_many([intent]) == {intent.id: content}
