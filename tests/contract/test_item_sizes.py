"""DynamoDB only: each write of a header or a usage costs one write unit, as long as the item is one kilobyte."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.dynamodb.contacts import DynamoContacts
from chalicelib.adapters.dynamodb.gate_views import DynamoGateViews
from chalicelib.adapters.dynamodb.organizations import DynamoDirectory
from chalicelib.domain.contact import Alias, AliasKind
from chalicelib.domain.groups import KEPT_GROUPS, KnownGroups
from chalicelib.domain.reachout import OPEN, Lock, Reachout, Refused
from chalicelib.domain.signals import NONE
from chalicelib.domain.usage import Usage
from chalicelib.domain.values import MINUTE, SECOND
from tests.contract import samples
from tests.contract.conftest import dynamo_intents
from tests.contract.test_contacts import a_contact
from tests.contract.test_numbers import full_instance
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Item, Table, Value

ONE_WRITE_UNIT, ONE_READ_UNIT = 1_024, 4_096


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
    intent = replace(intent, request=replace(intent.request, external_id="order-123456"))
    dynamo_intents(table).create(intent)
    item = the_item(table, f"INTENT#{intent.id}", "INTENT")
    assert size(item) <= ONE_WRITE_UNIT, {name: len(name) + _size(value) for name, value in item.items()}


def test_the_fullest_usage_is_one_write_unit(table: Table) -> None:
    """Every decision would cost double, for the busiest numbers first."""
    usage, at = Usage(samples.INSTANCE), NOON
    for _ in range(28 * 60):
        for _ in range(5):  # 300 an hour take two bytes, as many more would
            usage = usage.reserve(at, 0, new_contact=True)
        at += MINUTE
    for _ in range(200):
        for _ in range(80):
            usage = usage.reserve(at, 0, new_contact=True)
        at += SECOND
    windows = (*usage.everything, *usage.paced, usage.new_contacts)
    assert all(len(window.counts) == window.buckets + 1 + window.ahead for window in windows)
    DynamoGateViews(table).save_usage(samples.ORGANIZATION, usage)
    item = the_item(table, f"ORG#{samples.ORGANIZATION}", f"GATE#USAGE#{samples.INSTANCE}")
    assert size(item) <= ONE_WRITE_UNIT


def test_all_groups_of_a_number_are_one_read_unit(table: Table) -> None:
    """Each decision of an organization that never writes to groups would cost more with every group."""
    known = KnownGroups.of((f"12036300000000{number:04d}@g.us" for number in range(KEPT_GROUPS)), NOON)
    DynamoGateViews(table).save_groups(samples.ORGANIZATION, samples.INSTANCE, known)
    item = the_item(table, f"ORG#{samples.ORGANIZATION}", f"GATE#GROUPS#{samples.INSTANCE}")
    assert size(item) <= ONE_READ_UNIT


def test_a_number_is_one_write_unit_and_one_with_every_trouble_two(table: Table) -> None:
    """Every probe would cost double, and every decision would read twice as much for each number."""
    known = full_instance()
    five = tuple(NOON + number for number in range(5))
    contact, intent = samples.an_id("con", 1), samples.an_id("int", 1)
    troubled = replace(
        known,
        signals=replace(known.signals, failures=five, throttles=five, disconnects=five),
        reachout=Reachout(Lock(NOON, NOON + MINUTE, 3, probe=intent, probed_at=NOON), Refused(contact, NOON), NOON),
    )
    usual = replace(known, id=samples.an_id("ins", 7), cooldown=None, paused=None, signals=NONE, reachout=OPEN)
    for instance, units in ((usual, 1), (troubled, 2)):
        assert DynamoDirectory(table).put_instance(instance)
        item = the_item(table, f"ORG#{samples.ORGANIZATION}", f"GATE#INST#{instance.id}")
        assert size(item) <= units * ONE_WRITE_UNIT, size(item)


def test_a_contact_is_one_write_unit_and_the_fullest_two(table: Table) -> None:
    """Every message to a customer who writes a lot would cost twice as much."""
    contacts, fullest = DynamoContacts(table), a_contact()
    usual = replace(fullest, inbound={samples.INSTANCE: NOON}, outbound={}, locks={}, consents=(), recent=())
    for number in range(12):
        usual = usual.approved(samples.pending(number), samples.INSTANCE, NOON + number)
    assert usual.outbound
    for number in range(20):
        alias = Alias(AliasKind.BSUID, f"BR.1349120865530274{number:04d}")
        fullest = fullest.known_as([alias]).heard(samples.an_id("ins", number), NOON + number, "Ana")
        fullest = fullest.approved(samples.pending(number), samples.an_id("ins", number), NOON + number)
        fullest = fullest.locked(samples.an_id("ins", number), NOON + number)
    for contact, units in ((usual, 1), (replace(fullest, version=1), 2)):
        assert contacts.save(contact)
        item = the_item(table, f"CONTACT#{samples.ORGANIZATION}#{usual.id}", "CONTACT")
        assert size(item) <= units * ONE_WRITE_UNIT, size(item)
