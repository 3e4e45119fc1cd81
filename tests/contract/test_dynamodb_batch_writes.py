"""DynamoDB only: a batch of writes of which some are put off for a while, made by a hook in the SDK's request path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.adapters.dynamodb.contents import DynamoContents
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.domain.values import Text
from tests import aws
from tests.contract import samples

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Item

INTENTS = [samples.pending(number) for number in range(25)]


def throttled(times: int) -> Table:
    """The table, busy: so many times it takes all but the last ten of what it is given."""
    client = aws.session().client("dynamodb")
    left: list[dict[str, Any]] = []
    given = [times]

    def hold_back(params: dict[str, Any], **_: object) -> None:
        left.clear()
        requests = params["RequestItems"].get(aws.TABLE, [])
        if given[0] and len(requests) > 1:
            given[0] -= 1
            keep = max(1, len(requests) - 10)
            left.extend(requests[keep:])
            params["RequestItems"] = {aws.TABLE: requests[:keep]}

    def tell(parsed: dict[str, Any], **_: object) -> None:
        if left:
            parsed["UnprocessedItems"] = {aws.TABLE: list(left)}

    client.meta.events.register("provide-client-params.dynamodb.BatchWriteItem", hold_back)
    client.meta.events.register("after-call.dynamodb.BatchWriteItem", tell)
    return Table(client, aws.TABLE)


@pytest.mark.usefixtures("table")
def test_what_a_busy_table_puts_off_is_written_nevertheless() -> None:
    """Some messages of a large request would be sent without a text: they would fail at the moment of sending."""
    contents = DynamoContents(throttled(times=2))
    contents.put_many([(intent, Text(intent.id)) for intent in INTENTS])
    assert contents.get_many(INTENTS) == {intent.id: Text(intent.id) for intent in INTENTS}


def test_more_than_one_call_takes_is_refused(table: Table) -> None:
    """Only some of too many would be written, and nobody told."""
    items: list[Item] = [{"pk": str(number), "sk": "x"} for number in range(26)]
    with pytest.raises(ValueError, match="at most 25"):
        table.put_many(items)
