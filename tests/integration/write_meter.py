"""Counts what a request writes to the table, in write units, from the images that its stream shows.

The emulators' own figures are wrong in places, so the published rules are applied here. A write costs one unit for each
kilobyte begun of the larger image, twice that in a transaction, and the same again when its condition refuses it. An
index costs as much for each entry that comes, goes or changes; two entries when a key changes; none when nothing that
it shows does.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap import services
from tests import aws
from tests.integration.read_meter import size_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Image = Mapping[str, Mapping[str, Any]]

_UNIT = 1024
# Each item, and each entry of an index, is billed as so many bytes more than it has.
_OVERHEAD = 100
_REFUSALS = ("ConditionalCheckFailedException", "TransactionCanceledException")
_KEYS = ("pk", "sk")
Key = tuple[str, ...]


@dataclass(frozen=True)
class _Write:
    """A write that was asked for: ``item`` as far as the request shows it, ``times`` 2 in a transaction."""

    item: Image
    times: int

    @property
    def key(self) -> Key:
        return _key(self.item)


class WriteMeter:
    """What was written while it ran.

    Attributes:
        refused: Units of the writes that a condition refused.
    """

    def __init__(self, stream: Stream) -> None:
        self.refused = 0
        self._stream = stream
        self._writes: list[_Write] = []

    @property
    def units(self) -> int:
        """Write units up to now."""
        images: dict[Key, deque[tuple[Image, Image]]] = defaultdict(deque)
        for old, new in self._stream.read():
            images[_key(new or old)].append((old, new))
        units = self.refused
        for write in self._writes:
            # What changed nothing shows in no stream, and is billed all the same.
            old, new = images[write.key].popleft() if images[write.key] else (write.item, write.item)
            units += write.times * table_units(old, new) + index_units(old, new)
        return units

    def asked(self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:  # noqa: ANN401 - botocore's
        """Notes what is to be written."""
        context["writes"] = _writes(model.name, params)

    def answered(self, parsed: Mapping[str, Any], context: dict[str, Any], **_: object) -> None:
        """Notes what came of it."""
        writes: list[_Write] = context["writes"]
        if "Error" not in parsed:
            self._writes += writes
        elif parsed["Error"]["Code"] in _REFUSALS:
            self.refused += sum(one.times * table_units(parsed.get("Item", {}), one.item) for one in writes)


class Stream:
    """The table's stream from now on."""

    def __init__(self) -> None:
        client: Any = aws.session().client("dynamodbstreams")
        self._client = client
        [stream] = client.list_streams(TableName=aws.TABLE)["Streams"]
        [shard] = client.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
        self._position = client.get_shard_iterator(
            StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="LATEST"
        )["ShardIterator"]

    def read(self) -> Iterator[tuple[Image, Image]]:
        """The images before and after each change; an empty one where there was, or is, nothing."""
        position = self._position
        while records := (answer := self._client.get_records(ShardIterator=position))["Records"]:
            for record in records:
                images: Any = record["dynamodb"]
                yield images.get("OldImage", {}), images.get("NewImage", {})
            position = answer["NextShardIterator"]


@contextmanager
def writing() -> Iterator[WriteMeter]:
    """Meter the table for a while; only one client may write to it."""
    meter = WriteMeter(Stream())
    events = services()._table.client.meta.events  # noqa: SLF001 - the one client of all adapters
    events.register("provide-client-params.dynamodb", meter.asked)
    events.register("after-call.dynamodb", meter.answered)
    try:
        yield meter
    finally:
        events.unregister("provide-client-params.dynamodb", meter.asked)
        events.unregister("after-call.dynamodb", meter.answered)


def table_units(old: Image, new: Image) -> int:
    """Units of a write in the table itself."""
    return _blocks(max(size_of(old), size_of(new)))


def index_units(old: Image, new: Image) -> int:
    """Units of what a write changes in the indexes."""
    return sum(_entry_units(index, old, new) for index in aws.resources().properties("Table")["GlobalSecondaryIndexes"])


def stored_size(item: Image) -> int:
    """What is billed for keeping an item with its index entries, bytes."""
    entries = [_entry(index, item) for index in aws.resources().properties("Table")["GlobalSecondaryIndexes"]]
    return sum(size_of(image) + _OVERHEAD for image in (item, *entries) if image)


def _entry_units(index: Mapping[str, Any], old: Image, new: Image) -> int:
    before, after = _entry(index, old), _entry(index, new)
    if before == after:
        return 0
    if before and after and any(before[name] != after[name] for name in _key_names(index)):
        return _blocks(size_of(before)) + _blocks(size_of(after))
    return _blocks(max(size_of(before), size_of(after)))


def _entry(index: Mapping[str, Any], item: Image) -> Image:
    """What an index shows of an item; nothing without the index's keys."""
    keys = _key_names(index)
    if not all(name in item for name in keys):
        return {}
    shown = {*_KEYS, *keys, *index["Projection"].get("NonKeyAttributes", [])}
    return {name: value for name, value in item.items() if name in shown}


def _key_names(index: Mapping[str, Any]) -> list[str]:
    return [part["AttributeName"] for part in index["KeySchema"]]


def _writes(operation: str, params: Mapping[str, Any]) -> list[_Write]:
    if operation == "TransactWriteItems":
        parts = [part for action in params["TransactItems"] for part in action.values()]
        return [_Write(_item(part), 2) for part in parts]
    if operation == "BatchWriteItem":
        parts = [part for actions in params["RequestItems"].values() for action in actions for part in action.values()]
        return [_Write(_item(part), 1) for part in parts]
    return [_Write(_item(params), 1)] if operation in {"PutItem", "UpdateItem", "DeleteItem"} else []


def _item(part: Mapping[str, Any]) -> Image:
    """As much of the item as the request shows: all of it, or its key."""
    item: Image = part["Item"] if "Item" in part else part["Key"]
    return item


def _key(item: Image) -> Key:
    return tuple(item[name]["S"] for name in _KEYS)


def _blocks(size: int) -> int:
    return max(1, math.ceil(size / _UNIT))
