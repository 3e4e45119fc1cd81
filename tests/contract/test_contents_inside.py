"""A content that its intent has with it: as one that will not leave is kept, for one write less."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.dynamodb.contents import DynamoContents
from chalicelib.domain.decision import Block, Comparison, decided
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import Location, Reason, Text
from tests.contract import samples
from tests.contract.conftest import dynamo_intents
from tests.contract.test_item_sizes import ONE_WRITE_UNIT, size, the_item
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Table
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Content
    from tests.contract.conftest import Store

CONTENTS = (Text("Olá"), Text("ç" * 200), Text("a" * 4_096), Location(-23.5505199, -46.6333094, "Sé"))


def refused(content: Content) -> Intent:
    """An intent whose recipient opted out."""
    trace = (Comparison(samples.an_id("con"), Reason.OPTED_OUT, {"opt_out": "all", "since": NOON}),)
    return replace(decided(samples.pending(), Block(Reason.OPTED_OUT, trace), NOON), content=content)


@pytest.mark.parametrize("content", CONTENTS)
def test_a_content_kept_with_its_intent_is_found_like_any_other(store: Store, content: Content) -> None:
    """Nobody could see what was refused, and a later retry would find nothing to send."""
    intent = refused(content)
    assert store.intents.create(intent) is None
    stored = store.intents.get(intent.id)
    assert stored is not None
    assert store.contents.get_many([stored]) == {intent.id: content}


@pytest.mark.parametrize("content", CONTENTS)
def test_it_stays_when_the_intent_goes_on(store: Store, content: Content) -> None:
    """A message that was refused, and let go by an operator later, would be sent empty."""
    intent = replace(samples.pending(), content=content)
    store.intents.create(intent)
    store.intents.rearm(intent, NOON + 5_000)
    for word in ("one", "two"):
        before = store.intents.get(intent.id)
        assert before is not None
        after = before.record(EventType.QUEUED, NOON, "gate", reason=word, until=NOON + 9_000, trace=["x" * 300])
        store.intents.save(after, before.version)
    stored = store.intents.get(intent.id)
    assert stored is not None
    assert store.contents.get_many([stored]) == {intent.id: content}


@pytest.mark.parametrize("content", CONTENTS)
def test_a_header_with_its_content_is_one_write_unit(table: Table, content: Content) -> None:
    """Refusing a message with a long text would cost two units, and each later step of it as well."""
    intent = refused(content)
    dynamo_intents(table).create(intent)
    assert size(the_item(table, f"INTENT#{intent.id}", "INTENT")) <= ONE_WRITE_UNIT


@pytest.mark.parametrize("step", samples.STEPS)
def test_a_short_content_fits_to_the_end_of_an_intents_life(table: Table, step: str) -> None:
    """Every step of every message would cost two write units, or the content be written a second time."""
    longest = Text("ç" * 154)
    assert DynamoContents(table).is_short(longest)
    assert not DynamoContents(table).is_short(Text("ç" * 155))
    intent = samples.STEPS[step]()
    intent = replace(intent, content=longest, request=replace(intent.request, external_id="order-123456"))
    dynamo_intents(table).create(intent)
    item = the_item(table, f"INTENT#{intent.id}", "INTENT")
    assert "say" in item, size(item)
    assert size(item) <= ONE_WRITE_UNIT


def test_what_fits_is_stored_once(table: Table) -> None:
    """Every refusal would cost a write more."""
    for content, apart in ((Text("ç" * 150), False), (Text("a" * 4_096), True)):
        intent = refused(content)
        table.delete_if(f"INTENT#{intent.id}", "INTENT", "v > :v", {":v": 0})
        dynamo_intents(table).create(intent)
        assert bool(DynamoContents(table).get_many([replace(intent, content=None)])) is apart
