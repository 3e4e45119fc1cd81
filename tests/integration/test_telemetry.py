"""What the functions print for CloudWatch, from a request to the sweep: every metric under its own name and unit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.application import telemetry
from chalicelib.application.ports.journal import Metric
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

KNOWN = {
    metric.name: metric
    for found in vars(telemetry).values()
    for metric in (found.values() if isinstance(found, dict) else [found])
    if isinstance(metric, Metric)
}


def blobs(printed: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was printed since the last look, as far as it is for CloudWatch."""
    return [json.loads(line) for line in printed.readouterr().out.splitlines() if line.startswith('{"_aws":')]


def told(printed: pytest.CaptureFixture[str]) -> dict[str, list[float]]:
    """Values by name; every blob, and there are two at the most, is checked against what is known of its metrics."""
    found: dict[str, list[float]] = {}
    lines = blobs(printed)
    assert len(lines) <= 2
    for blob in lines:
        (directive,) = blob["_aws"]["CloudWatchMetrics"]
        (dimensions,) = directive["Dimensions"]
        for entry in directive["Metrics"]:
            metric = KNOWN[entry["Name"]]
            assert entry["Unit"] == metric.unit
            assert set(dimensions) == {"service", *metric.dimensions}
            assert all(blob[name] in known for name, known in metric.dimensions.items())
            found.setdefault(metric.name, []).extend(blob[metric.name])
    return found


def test_an_accepted_message_is_a_decision_with_its_slot(
    house: House, tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    """An operator would know what each message waits for, and not what all of them do."""
    house.call("GET", "/api/health")
    capsys.readouterr()
    tenant.submit()
    assert told(capsys) == {"decisions": [1], "slot_delay": [0]}


def test_a_batch_of_sends_takes_two_lines(house: House, tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each message would cost more than carrying it out."""
    for text in ("first", "second", "third"):
        tenant.submit(content={"type": "TEXT", "text": text})
    capsys.readouterr()
    assert house.execute(house.receive()) == []
    found = told(capsys)
    assert {name: len(values) for name, values in found.items()} == {
        "queue_wait": 3,
        "intent_sent": 1,
        "outcomes": 1,
        "provider_latency": 3,
    }
    assert (found["intent_sent"], found["outcomes"]) == ([3], [3])


def test_a_finished_sweep_says_so_and_a_broken_one_does_not(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """The alarm on a silent sweep would never ring, or always."""
    capsys.readouterr()
    house.sweep()
    found = told(capsys)
    assert found["sweep_finished"] == [1]
    assert len(found["sweep_duration"]) == 1
    wake = {"wake_pk": {"S": "WAKE#0"}, "wake_sk": {"S": f"{NOON - 1:013d}#int_broken"}}
    broken = {"pk": {"S": "INTENT#int_broken"}, "sk": {"S": "INTENT"}, "ev": {"S": "not a timeline"}, **wake}
    house.dynamodb.put_item(TableName=house.table, Item=broken)
    with pytest.raises(RuntimeError, match="did not finish"):
        house.sweep()
    found = told(capsys)
    assert "sweep_finished" not in found
    assert len(found["sweep_duration"]) == 1
