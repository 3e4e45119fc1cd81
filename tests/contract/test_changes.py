"""Records of the stream: an intent's writes are read whole, everything else is left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from chalicelib.adapters.dynamodb.changes import DynamoChanges
from chalicelib.application.ports.changes import Change, RecordName
from chalicelib.domain.intent import Intent, fold
from chalicelib.domain.values import Text
from tests.contract import samples
from tests.contract.conftest import dynamo_intents
from tests.events.stream import expiry_record, stream_record
from tests.fakes.rollups import FakeChanges

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.adapters.dynamodb.table import Table
    from chalicelib.application.ports.changes import Changes

    Image = Mapping[str, Mapping[str, Any]]

HEADER: Image = {"pk": {"S": f"INTENT#{samples.an_id('int')}"}, "sk": {"S": "INTENT"}}


class Writing(Protocol):
    """A reader, and the record of a write of an intent that had ``before`` events."""

    @property
    def changes(self) -> Changes:
        """The reader."""

    def record(self, intent: Intent, before: int) -> dict[str, Any]:
        """The record."""


class Faked:
    """Records as the other tests make them."""

    changes = FakeChanges()

    def record(self, intent: Intent, before: int) -> dict[str, Any]:
        """The record of a change."""
        return dict(FakeChanges.record(Change(7, intent, before)))


class Stored:
    """Records made of what really is in the table."""

    changes = DynamoChanges()

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, intent: Intent, before: int) -> dict[str, Any]:
        """The record of a change."""
        store = dynamo_intents(self._table)
        old: Image = {}
        if before:
            blank = Intent(intent.id, intent.organization_id, intent.request)
            store.create(fold(blank, intent.timeline[:before]))
            old = self._image()
            store.save(intent, before)
        else:
            store.create(intent)
        return stream_record(old, self._image())

    def _image(self) -> Image:
        found: Any = self._table.client.scan(TableName=self._table.name)["Items"]
        [image] = [item for item in found if item["sk"]["S"] == "INTENT"]
        return dict(image)


@pytest.fixture(params=["fake", "dynamodb"])
def writing(request: pytest.FixtureRequest) -> Writing:
    """Made-up records, then those of the table."""
    return Faked() if request.param == "fake" else Stored(request.getfixturevalue("table"))


@pytest.mark.parametrize("step", samples.STEPS)
def test_a_first_write_tells_the_whole_life(writing: Writing, step: str) -> None:
    """The first events of a message would be missing in every figure."""
    intent = samples.STEPS[step]()
    change = writing.changes.read(writing.record(intent, 0))
    assert change is not None
    assert (change.intent.timeline, change.intent.request, change.before) == (intent.timeline, intent.request, 0)
    assert (change.intent.id, change.intent.organization_id) == (intent.id, intent.organization_id)


def test_a_later_write_tells_how_many_events_are_old(writing: Writing) -> None:
    """Old events would be counted with each new one."""
    intent = samples.read()
    change = writing.changes.read(writing.record(intent, 3))
    assert change is not None
    assert (change.before, change.intent.version) == (3, intent.version)


def test_a_record_has_a_name_without_a_phone(writing: Writing) -> None:
    """What could not be counted could not be found, or a phone would end up on a queue and in the log."""
    record = writing.record(samples.sent(), 0)
    name = writing.changes.name(record)
    assert name.key == f"INTENT#{samples.sent().id}"
    assert name.event_id
    assert name.seq.isdigit()
    assert "98765" not in repr(name)


@pytest.mark.parametrize("poison", [{}, {"dynamodb": None}, {"dynamodb": {"Keys": {"pk": "INTENT#1"}}, "eventID": 5}])
def test_whatever_is_wrong_with_a_record_it_has_a_name(poison: dict[str, Any]) -> None:
    """The one record that must not stop the others would stop them while its name is looked for."""
    assert DynamoChanges().name(poison) == RecordName("", "", "")


def test_what_is_no_intent_says_nothing() -> None:
    """Contents, contacts and the rollups themselves would be poison, hundreds a minute."""
    rollup: Image = {"pk": {"S": "ROLLUP#ins_1"}, "sk": {"S": "HOUR#1"}, "v": {"N": "1"}, "body": {"B": "eJw="}}
    assert DynamoChanges().read(stream_record({}, rollup)) is None


def test_an_expired_intent_says_nothing() -> None:
    """After ninety days everything would happen once more."""
    assert DynamoChanges().read(expiry_record({**HEADER, "v": {"N": "5"}})) is None


@pytest.mark.parametrize(
    "damage",
    [{"ev": {"S": "["}}, {"ev": {"S": '[[0,"levitated","engine",{}]]'}}, {"req": {"S": "[]"}}, {"org": {"N": "1"}}],
)
def test_a_header_nobody_understands_is_refused(table: Table, damage: Image) -> None:
    """An event of a newer version would be left out silently, and no alarm ring."""
    record = Stored(table).record(samples.sent(), 0)
    record["dynamodb"]["NewImage"] |= damage
    with pytest.raises((ValueError, KeyError, TypeError)):
        DynamoChanges().read(record)


def test_content_is_not_even_looked_at(table: Table) -> None:
    """A kind of content that this version does not know would keep a message out of the figures."""
    record = Stored(table).record(replace(samples.pending(), content=Text("Oi")), 0)
    assert record["dynamodb"]["NewImage"]["say"]
    record["dynamodb"]["NewImage"]["say"] = {"S": "?"}
    change = DynamoChanges().read(record)
    assert change is not None
    assert change.intent.content is None
