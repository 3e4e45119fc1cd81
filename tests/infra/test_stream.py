"""How the table's stream reaches the function that counts: what only AWS itself would show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.events.stream import expiry_record, stream_record

if TYPE_CHECKING:
    from tests.infra.template import Template

HEADER = {"pk": {"S": "INTENT#int_1"}, "sk": {"S": "INTENT"}}
ROLLUP = {"pk": {"S": "ROLLUP#ins_1"}, "sk": {"S": "HOUR#1#shard"}}
# The stream forgets after a day.
A_DAY = 24 * 3600


@pytest.fixture
def mapping(template: Template) -> dict[str, Any]:
    """The mapping from the stream to the function."""
    [event] = template.properties("Project")["Events"].values()
    assert event["Type"] == "DynamoDB"
    return dict(event["Properties"])


def test_a_function_that_counts_is_told_its_shard(mapping: dict[str, Any]) -> None:
    """Without a window nothing says which shard a batch is of, and what one shard told would hide what another did."""
    assert mapping["Stream"] == {"Fn::GetAtt": ["Table", "StreamArn"]}
    assert mapping["TumblingWindowInSeconds"] == 60
    assert mapping["ParallelizationFactor"] == 1


def test_nothing_is_missed_when_the_mapping_is_made_anew(mapping: dict[str, Any]) -> None:
    """Whatever is written while a mapping begins would never be counted."""
    assert mapping["StartingPosition"] == "TRIM_HORIZON"


def test_what_stops_the_function_is_told_before_the_stream_forgets(mapping: dict[str, Any]) -> None:
    """Counts would be missing with nobody told, or one record stop all counting for a day."""
    assert 0 < mapping["MaximumRecordAgeInSeconds"] < A_DAY
    assert mapping["MaximumRetryAttempts"] > 0
    assert mapping["BisectBatchOnFunctionError"]
    told = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert told == {"Fn::GetAtt": ["ProjectionDeadLetters", "Arn"]}


def test_dead_records_are_kept_for_two_weeks(template: Template) -> None:
    """The alarm of a long weekend would lead to an empty queue."""
    assert template.properties("ProjectionDeadLetters")["MessageRetentionPeriod"] == 14 * A_DAY


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        (stream_record({}, HEADER), True),
        (stream_record(HEADER, {**HEADER, "v": {"N": "2"}}), True),
        (expiry_record(HEADER), False),
        (stream_record({}, ROLLUP), False),
    ],
)
def test_only_writes_of_intents_start_the_function(
    mapping: dict[str, Any], record: dict[str, Any], *, wanted: bool
) -> None:
    """Each of the function's own writes would start it again; or the one thing that counts never would."""
    [one] = mapping["FilterCriteria"]["Filters"]
    assert _fits(record, json.loads(one["Pattern"])) is wanted


def _fits(record: dict[str, Any], pattern: dict[str, Any]) -> bool:
    """Whether a record has one of the values that a pattern lists at each of its places."""
    return all(
        _fits(record[name], value) if isinstance(value, dict) else record[name] in value
        for name, value in pattern.items()
    )


def test_a_function_that_counts_can_write_nothing_but_rollups(template: Template) -> None:
    """A bug in what only counts could overwrite messages."""
    statements = [
        one for it in template.properties("ProjectRole")["Policies"] for one in it["PolicyDocument"]["Statement"]
    ]
    [writing] = [one for one in statements if "dynamodb:PutItem" in one["Action"]]
    assert writing["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["ROLLUP#*"]}}
