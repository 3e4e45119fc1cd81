"""Records that could not be counted: their names reach whoever looks into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.dead_records import SqsDeadRecords
from chalicelib.application.ports.changes import RecordName
from tests import aws
from tests.contract.conftest import received
from tests.events.stream import SHARD
from tests.fakes.rollups import FakeDeadRecords

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.application.ports.dead_records import DeadRecords

    Parking = tuple[DeadRecords, Callable[[], list[tuple[str, RecordName]]]]

NAME = RecordName("c4ca4238a0b923820dcc509a6f75849b", "4421584500000000017450439091", "INTENT#int_1")


@pytest.fixture(params=["fake", "sqs"])
def parking(request: pytest.FixtureRequest) -> Parking:
    """A list, then a queue, and what is there."""
    if request.param == "fake":
        fake = FakeDeadRecords()
        return fake, lambda: fake.parked
    request.getfixturevalue("in_memory")
    client, url = aws.sqs(), aws.create_queue(aws.sqs(), "ProjectionDeadLetters")
    return SqsDeadRecords(client, url), lambda: [_named(body) for body, _ in received(client, url)]


def _named(body: dict[str, str]) -> tuple[str, RecordName]:
    assert set(body) == {"v", "shard", "event_id", "seq", "key"}
    return body["shard"], RecordName(body["event_id"], body["seq"], body["key"])


def test_a_name_is_found_again(parking: Parking) -> None:
    """The alarm would ring, and nobody know which message it is about."""
    port, parked = parking
    port.park(SHARD, NAME)
    assert parked() == [(SHARD, NAME)]
