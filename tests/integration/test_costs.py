"""What messages cost, by the published rules: a figure that grows unseen is paid for with every message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.bootstrap import services
from tests.integration.costs import TEXT, blocked, opt_out, receipt
from tests.integration.write_meter import index_units, table_units, writing

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Item
    from tests.integration.house import House

ITEM = {"pk": {"S": "INTENT#1"}, "sk": {"S": "INTENT"}}
LISTED = {**ITEM, "org": {"S": "org_1"}, "created": {"S": "0001#int_1"}, "st": {"S": "IN_FLIGHT"}}
WAKING = {**LISTED, "wake_pk": {"S": "WAKE#1"}, "wake_sk": {"S": "0001#int_1"}}
LATER = {**WAKING, "wake_sk": {"S": "0002#int_1"}}
LARGE = {**ITEM, "body": {"S": "x" * 1_024}}


def test_what_is_refused_for_good_costs_three_write_units(house: House) -> None:
    """A campaign to people who opted out would cost more than one that is sent: content, contact and index each."""
    assert blocked(house.admit()) <= 3


def test_what_is_sent_to_somebody_known_costs_eleven_write_units(house: House) -> None:
    """Every message would cost more: three steps with four index entries, a slot, the person, a lane taken and left."""
    tenant = house.admit()
    tenant.submit(content={"type": "TEXT", "text": "Bem-vinda!"})
    house.work()
    house.clock.advance(10)
    with writing() as meter:
        intent = tenant.submit(content={"type": "TEXT", "text": TEXT})
        house.work()
    assert (tenant.show(intent)["status"], meter.units) == ("SENT", 11)


def test_a_receipt_costs_two_write_units(house: House) -> None:
    """The most frequent event of all: the event as it came, and the message it tells of."""
    assert receipt(house.admit()).writes == 2


@pytest.mark.parametrize(
    ("old", "new", "table", "indexes"),
    [
        ({}, ITEM, 1, 0),
        ({}, LARGE, 2, 0),
        (LARGE, ITEM, 2, 0),  # the larger image counts
        (LARGE, {}, 2, 0),
        ({}, LISTED, 1, 1),
        ({}, WAKING, 1, 2),
        (WAKING, LATER, 1, 2),  # another key: the entry goes and comes
        (WAKING, LISTED, 1, 1),  # the entry goes
        (LISTED, {**LISTED, "st": {"S": "SENT"}}, 1, 1),  # the entry shows it
        (LISTED, {**LISTED, "v": {"N": "2"}}, 1, 0),  # the entry does not
        (WAKING, {**WAKING, "st": {"S": "SENT"}}, 1, 1),  # only one of the two shows it
        (WAKING, {}, 1, 2),
        ({}, {**LISTED, "why": {"S": "x" * 1_024}}, 2, 2),
    ],
)
def test_a_write_costs_what_the_published_rules_say(
    old: dict[str, Any], new: dict[str, Any], table: int, indexes: int
) -> None:
    """Every figure of the bench would be wrong, and so would be what is built on them."""
    assert (table_units(old, new), index_units(old, new)) == (table, indexes)


def test_transactions_and_refusals_are_billed_too(house: House) -> None:
    """What is tried in vain would look free, and a transaction as cheap as its parts."""
    table = services()._table  # noqa: SLF001 - nothing but writes is to be metered
    item: Item = {"pk": "A", "sk": "1", "v": 1}
    with writing() as meter:
        assert table.put_version(item, 0) is None
        assert meter.units == 1
        assert table.put_version({**item, "body": "x" * 1_024}, 7) is not None
        assert (meter.units, meter.refused) == (3, 2)
        assert table.put_version({**item, "v": 2}, 1, beside=[{"pk": "B", "sk": "1"}]) is None
        assert meter.units == 7
        table.put({"pk": "B", "sk": "1"})  # as it is already
        table.put_many([{"pk": "B", "sk": "2"}, {"pk": "B", "sk": "3"}])
        assert meter.units == 10
    table.put({"pk": "B", "sk": "4"})
    assert meter.units == 10
    assert house.items()


def test_a_refused_message_still_says_what_it_wanted_to_say(house: House) -> None:
    """An operator could not see what was refused, and could not let it go later."""
    tenant = house.admit()
    opt_out(tenant)
    for text in (TEXT, TEXT * 20):
        intent = tenant.submit(content={"type": "TEXT", "text": text})
        assert (intent["status"], tenant.show(intent)["content"]["text"]) == ("BLOCKED", text)
