"""Every test here watches what functions ask of AWS; this one shows that something would be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.rights import RIGHTS

if TYPE_CHECKING:
    from tests.integration.house import House


def test_what_a_policy_does_not_open_is_noticed(house: House) -> None:
    """A missing right fails in the cloud alone; where that is logged and survived, nobody sees that nothing happens."""
    with RIGHTS.of("sweep"):
        house.sqs.get_queue_attributes(QueueUrl=house.urls["EXECUTION_QUEUE_URL"])
        house.dynamodb.describe_table(TableName=house.table)
    with pytest.raises(AssertionError, match=r"\['sweep: dynamodb:DescribeTable Table'\]"):
        RIGHTS.confirm()
    RIGHTS.confirm()
