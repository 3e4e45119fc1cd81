"""DynamoDB only: each write of a header or a usage costs one write unit, as long as the item is one kilobyte."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.dynamodb.intents import DynamoIntents
from chalicelib.adapters.dynamodb.organizations import DynamoGateViews
from chalicelib.domain.usage import Usage
from chalicelib.domain.values import MINUTE, SECOND
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Item, Table, Value

ONE_WRITE_UNIT = 1_024


def size(item: Item) -> int:
    """An item's size as DynamoDB counts it: bytes of names and values."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Value) -> int:
    if isinstance(value, int):
        return math.ceil(len(str(abs(value)).rstrip("0") or "0") / 2) + 1
    return len(value.encode() if isinstance(value, str) else value)


def the_item(table: Table, pk: str, sk: str) -> Item:
    """An item as it is stored, the writer's token included."""
    item = table.get(pk, sk)
    assert item is not None
    return item


@pytest.mark.parametrize("step", samples.STEPS)
def test_an_intents_header_is_one_write_unit(table: Table, step: str) -> None:
    """Every status change of every message would cost double."""
    intent = samples.STEPS[step]()
    DynamoIntents(table).create(intent)
    item = the_item(table, f"INTENT#{intent.id}", "INTENT")
    assert size(item) <= ONE_WRITE_UNIT, {name: len(name) + _size(value) for name, value in item.items()}


def test_the_fullest_usage_is_one_write_unit(table: Table) -> None:
    """Every decision would cost double, for the busiest numbers first."""
    usage, at = Usage(samples.INSTANCE), NOON
    for _ in range(26 * 60):
        usage, at = usage.reserve(at, 0), at + MINUTE
    for _ in range(90):
        usage, at = usage.reserve(at, 0), at + SECOND
    windows = (usage.minute, usage.hour, usage.day)
    assert [len(window.counts) for window in windows] == [window.buckets + 1 for window in windows]
    DynamoGateViews(table).save_usage(samples.ORGANIZATION, usage)
    item = the_item(table, f"ORG#{samples.ORGANIZATION}", f"GATE#USAGE#{samples.INSTANCE}")
    assert size(item) <= ONE_WRITE_UNIT
