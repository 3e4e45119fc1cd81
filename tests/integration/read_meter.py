"""Counts what a page reads from the table, in read units, from the items that really came.

The emulators' own figures are wrong in places, so the published rule is applied here: a read costs one unit for each
4 KB that came (half of one when it may lag), a batch read one for each 4 KB of each item. What a filter kept back is
billed as if it had come, so it is looked for once more.
"""

from __future__ import annotations

import math
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap import services
from tests import aws

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_UNIT = 4096
# How a query's values are called in its expressions.
_VALUES = re.compile(r":\w+")


class ReadMeter:
    """What was read while it ran.

    Attributes:
        units: Read units.
        calls: Names of the operations, in order.
    """

    def __init__(self) -> None:
        self.units = 0.0
        self.calls: list[str] = []

    def asked(self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:  # noqa: ANN401 - botocore's
        """Notes whether a read must be up to date, and a query of which only a part will come."""
        keys = params["RequestItems"].values() if model.name == "BatchGetItem" else ()
        strong = params.get("ConsistentRead") or any(one.get("ConsistentRead") for one in keys)
        context["read_price"] = 1.0 if strong else 0.5
        context["filtered"] = params if "FilterExpression" in params else None

    def answered(self, parsed: Mapping[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:  # noqa: ANN401 - botocore's
        """Adds an answer up."""
        self.calls.append(model.name)
        price = context["read_price"]
        if model.name == "Query":
            found = _looked_at(context["filtered"]) if context["filtered"] else parsed["Items"]
            assert len(found) == parsed["ScannedCount"]
            self.units += price * _blocks(sum(size_of(item) for item in found))
        elif model.name == "GetItem":
            self.units += price * _blocks(size_of(parsed.get("Item", {})))
        elif model.name == "BatchGetItem":
            items = [item for found in parsed["Responses"].values() for item in found]
            self.units += price * sum(_blocks(size_of(item)) for item in items)


@contextmanager
def reading() -> Iterator[ReadMeter]:
    """Meter the table's client for a while."""
    meter, events = ReadMeter(), services()._table.client.meta.events  # noqa: SLF001 - the one client of all adapters
    events.register("provide-client-params.dynamodb", meter.asked)
    events.register("after-call.dynamodb", meter.answered)
    try:
        yield meter
    finally:
        events.unregister("provide-client-params.dynamodb", meter.asked)
        events.unregister("after-call.dynamodb", meter.answered)


def _looked_at(query: Mapping[str, Any]) -> list[Any]:
    """What a query with a filter looked at: all of that is billed, and only what fits has come."""
    bare = {name: value for name, value in query.items() if name != "FilterExpression"}
    keys = _VALUES.findall(query["KeyConditionExpression"])
    bare["ExpressionAttributeValues"] = {name: query["ExpressionAttributeValues"][name] for name in keys}
    found: list[Any] = aws.dynamodb().query(**bare)["Items"]
    return found


def _blocks(size: int) -> int:
    return max(1, math.ceil(size / _UNIT))


def size_of(item: Mapping[str, Mapping[str, Any]]) -> int:
    """An item's size as DynamoDB counts it: bytes of names and values."""
    return sum(len(name.encode()) + _weight(value) for name, value in item.items())


def _weight(value: Mapping[str, Any]) -> int:
    if "N" in value:
        return (len(value["N"]) + 1) // 2 + 1
    return len(value["S"].encode() if "S" in value else value["B"])
