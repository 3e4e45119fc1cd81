"""The table for who only writes and meets nobody: items are put where requests would have put them, in no time."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.dynamo_type import Item as Stored

from chalicelib.adapters.dynamodb.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.adapters.dynamodb.table import Item, Value

# As long as a writer's token.
_WRITER = "0" * 12


class Shelf(Table):
    """What adapters may write to instead of the table; its stream says nothing of it."""

    def __init__(self, table: Table) -> None:
        """Create the shelf of a table in memory."""
        super().__init__(table.client, table.name)
        backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][table.client.meta.region_name]
        self._items = backend.get_table(table.name).items

    def put(self, item: Item) -> None:
        """Put an item."""
        self._put_all({name: _stored(value) for name, value in item.items()})

    def put_version(self, item: Item, based_on: int, beside: Sequence[Item] = ()) -> None:
        """Put an item that is new, as if it had been written on a condition."""
        assert (based_on, beside) == (0, ())
        self.put({**item, "w": _WRITER})

    def copy(self, pk: str, changes: Item) -> None:
        """Put the items of a partition once more, each with those of the changes whose names it has."""
        changed = {name: _stored(value) for name, value in changes.items()}
        for item in list(self._items[_stored(pk)].values()):
            self._put_all({name: changed.get(name, value) for name, value in item.attrs.items()})

    def _put_all(self, attributes: dict[str, DynamoType]) -> None:
        pk, sk = attributes["pk"], attributes["sk"]
        item = self._items[pk][sk] = Stored(pk, sk, {})
        # All at once: one by one, each would be weighed again together with all before it.
        item.attrs.update(attributes)


def _stored(value: Value) -> DynamoType:
    if isinstance(value, bytes):
        return DynamoType({"B": base64.b64encode(value).decode()})
    return DynamoType({"N": str(value)} if isinstance(value, int) else {"S": value})
