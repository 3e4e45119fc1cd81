"""The table as the other modules here see it: typed values, conditional puts, batch reads."""

from __future__ import annotations

import json
import secrets
import time
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

Value = str | int | bytes
Item = dict[str, Value]

_BATCH = 100
_WRITES = 25
# What a throttled batch waits before it asks for the rest, seconds; afterwards it gives up.
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
_WRITER = "w"
_WRITER_BYTES = 6
_WRITE_UNIT = 1_024


class Table:
    """One DynamoDB table with ``pk`` and ``sk``."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self.client = client
        self.name = name

    def get(self, pk: str, sk: str) -> Item | None:
        """One item, strongly consistent."""
        answer = self.client.get_item(TableName=self.name, Key=_key(pk, sk), ConsistentRead=True)
        return _plain(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Iterable[tuple[str, str]]) -> list[Item]:
        """Items by key, strongly consistent, in no order; missing ones are missing."""
        wanted = [_key(pk, sk) for pk, sk in dict.fromkeys(keys)]
        found: list[Item] = []
        pauses = iter(_PAUSES)
        while wanted:
            page, wanted = wanted[:_BATCH], wanted[_BATCH:]
            answer = self.client.batch_get_item(RequestItems={self.name: {"Keys": page, "ConsistentRead": True}})
            found.extend(_plain(item) for item in answer["Responses"].get(self.name, []))
            if self.name in answer["UnprocessedKeys"]:
                wanted.extend(dict(key) for key in answer["UnprocessedKeys"][self.name]["Keys"])
                time.sleep(_next_pause(pauses))
        return found

    def put(self, item: Item) -> None:
        """Write an item, whatever was there."""
        self.client.put_item(TableName=self.name, Item=_typed(item))

    def put_many(self, items: Iterable[Item]) -> None:
        """Write items, whatever was there: at most 25, each with a key of its own, in one call."""
        wanted: list[Any] = [{"PutRequest": {"Item": _typed(item)}} for item in items]
        if len(wanted) > _WRITES:
            raise ValueError(f"at most {_WRITES} items are written at once")
        pauses = iter(_PAUSES)
        while wanted:
            answer = self.client.batch_write_item(RequestItems={self.name: wanted})
            wanted = list(answer["UnprocessedItems"].get(self.name, []))
            if wanted:
                time.sleep(_next_pause(pauses))

    def put_if(
        self,
        item: Item,
        condition: str,
        values: Mapping[str, Value] | None = None,
        beside: Sequence[Item] = (),
    ) -> Item | None:
        """Write an item if the stored one meets ``condition``, and new ones ``beside`` it: all or nothing.

        Every write carries a token of its own, so that an SDK retry of a write that had been applied is recognised
        as success. Meeting somebody else's transaction on the item is a refusal: the SDK does not repeat such a write.

        Returns:
            ``None`` when it was written; the stored item otherwise (empty when there is none).
        """
        token = secrets.token_hex(_WRITER_BYTES)
        put: dict[str, Any] = {
            "TableName": self.name,
            "Item": _typed({**item, _WRITER: token}),
            "ConditionExpression": condition,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if "#v" in condition:
            put["ExpressionAttributeNames"] = {"#v": "v"}
        if values:
            put["ExpressionAttributeValues"] = _typed(values)
        refused = self._put_together(put, beside) if beside else self._put(put)
        return None if refused is None or refused.get(_WRITER) == token else refused

    def _put(self, put: dict[str, Any]) -> Item | None:
        try:
            self.client.put_item(**put)
        except self.client.exceptions.ConditionalCheckFailedException as refused:
            return _plain(refused.response.get("Item", {}))  # type: ignore[arg-type]
        except self.client.exceptions.TransactionConflictException:
            return self._stored(put)
        return None

    def _put_together(self, put: dict[str, Any], beside: Sequence[Item]) -> Item | None:
        others = [{"Put": {"TableName": self.name, "Item": _typed(one)}} for one in beside]
        writes: Any = [{"Put": put}, *others]
        try:
            self.client.transact_write_items(TransactItems=writes)
        except self.client.exceptions.TransactionCanceledException as refused:
            reasons: Any = refused.response["CancellationReasons"]
            if reasons[0]["Code"] == "ConditionalCheckFailed":
                return _plain(reasons[0].get("Item", {}))
            if any(reason["Code"] == "TransactionConflict" for reason in reasons):
                return self._stored(put)
            raise
        return None

    def _stored(self, put: dict[str, Any]) -> Item:
        """What is stored now where ``put`` would write: perhaps it was written, and only its repetition refused."""
        return self.get(put["Item"]["pk"]["S"], put["Item"]["sk"]["S"]) or {}

    def put_version(self, item: Item, based_on: int, beside: Sequence[Item] = ()) -> Item | None:
        """Write an item whose stored version (attribute ``v``) must be ``based_on`` (0: there is none), see above."""
        if based_on == 0:
            return self.put_if(item, "attribute_not_exists(pk)", beside=beside)
        return self.put_if(item, "#v = :v", {":v": based_on}, beside)

    def first(
        self, condition: str, values: Mapping[str, Value], limit: int, *, newest_first: bool = False
    ) -> list[Item]:
        """The first ``limit`` items of one partition, strongly consistent."""
        return list(islice(self.query(condition, values, newest_first=newest_first, limit=limit), limit))

    def query(
        self,
        condition: str,
        values: Mapping[str, Value],
        index: str | None = None,
        *,
        newest_first: bool = False,
        limit: int = 0,
    ) -> Iterator[Item]:
        """Items of one partition, page by page as they are consumed; strongly consistent but for an index.

        Args:
            condition: Key condition.
            values: Its values.
            index: The index's name; by default the table itself.
            newest_first: Descending order of the sort key.
            limit: How many items one page holds; by default as many as fit, of an index a hundred.
        """
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": _typed(values),
            "ConsistentRead": index is None,
            "ScanIndexForward": not newest_first,
        }
        if index:
            arguments |= {"IndexName": index}
        if index or limit:
            arguments |= {"Limit": limit or _BATCH}
        while True:
            answer = self.client.query(**arguments)
            yield from (_plain(item) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def index_page(  # noqa: PLR0913 - the parts of one query
        self,
        index: str,
        condition: str,
        values: Mapping[str, Value],
        limit: int,
        *,
        keep: str | None = None,
        newest_first: bool = False,
    ) -> tuple[list[Item], Item | None]:
        """One page of an index partition; it may lag behind the table.

        Args:
            index: The index's name.
            condition: Key condition.
            values: Values of both expressions.
            limit: How many entries are looked at.
            keep: Filter on the entries looked at.
            newest_first: Descending order of the sort key.

        Returns:
            The entries kept, and the last one looked at when there may be more behind it.
        """
        arguments: dict[str, Any] = {"FilterExpression": keep} if keep else {}
        answer = self.client.query(
            TableName=self.name,
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=_typed(values),
            Limit=limit,
            ScanIndexForward=not newest_first,
            **arguments,
        )
        last = answer.get("LastEvaluatedKey")
        return [_plain(item) for item in answer["Items"]], _plain(last) if last else None

    def update_if(
        self, pk: str, sk: str, change: str, condition: str, values: Mapping[str, Value]
    ) -> tuple[bool, Item]:
        """Change attributes of an item, which need not exist, if the stored one meets ``condition``.

        Returns:
            Whether it did, and the item as it was before (empty when there was none). An SDK retry of a change that
            had been applied is a success with the item as it is after it.
        """
        token = secrets.token_hex(_WRITER_BYTES)
        names: dict[str, Any] = {"ExpressionAttributeNames": {"#ttl": "ttl"}} if "#ttl" in change else {}
        try:
            answer = self.client.update_item(
                TableName=self.name,
                Key=_key(pk, sk),
                UpdateExpression=f"SET {_WRITER} = :writer, {change}",
                ConditionExpression=condition,
                ExpressionAttributeValues=_typed({**values, ":writer": token}),
                **names,
                ReturnValues="ALL_OLD",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.client.exceptions.ConditionalCheckFailedException as refused:
            stored = _plain(refused.response.get("Item", {}))  # type: ignore[arg-type]
            return stored.get(_WRITER) == token, stored
        return True, _plain(answer.get("Attributes", {}))

    def delete_if(self, pk: str, sk: str, condition: str, values: Mapping[str, Value]) -> None:
        """Delete an item if it still meets ``condition``; otherwise leave it alone."""
        try:
            self.client.delete_item(
                TableName=self.name,
                Key=_key(pk, sk),
                ConditionExpression=condition,
                ExpressionAttributeValues=_typed(values),
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return


def packed(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """A JSON value in its shortest text."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def is_one_unit(item: Item) -> bool:
    """Whether a conditional write of an item costs one write unit: a kilobyte of names and values."""
    size = sum(len(name) + _size(value) for name, value in item.items())
    return size + len(_WRITER) + 2 * _WRITER_BYTES <= _WRITE_UNIT


def _size(value: Value) -> int:
    if isinstance(value, int):
        return len(str(value)) // 2 + 2
    return len(value.encode() if isinstance(value, str) else value)


def _next_pause(pauses: Iterator[float]) -> float:
    for pause in pauses:
        return pause
    raise TimeoutError("DynamoDB kept throttling a batch")


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _typed(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: _typed_value(value) for name, value in values.items()}


def _typed_value(value: Value) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": value}
    return {"N": str(value)} if isinstance(value, int) else {"B": value}


def _plain(item: Mapping[str, Any]) -> Item:
    return {name: _plain_value(value) for name, value in item.items()}


def _plain_value(typed: Mapping[str, Any]) -> Value:
    if "S" in typed:
        return str(typed["S"])
    return int(typed["N"]) if "N" in typed else bytes(typed["B"])
