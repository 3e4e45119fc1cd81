"""The journal's metrics, as the fake remembers them and as CloudWatch reads them out of what Powertools writes."""

from __future__ import annotations

import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics

from chalicelib.adapters.journal import PowertoolsJournal
from chalicelib.application.ports.journal import OTHER
from chalicelib.application.telemetry import (
    DECISIONS,
    INBOUND_MESSAGES,
    OUTCOMES,
    PROVIDER_LATENCY,
    QUEUE_WAIT,
    SWEEP_DURATION,
    SWEEP_FINISHED,
)
from tests.fakes.journal import FakeJournal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.ports.journal import Journal, Labels

Read = dict[tuple[str, "Labels"], list[float]]
MOST_VALUES = 100


class Reader(Protocol):
    """A journal, and what its reader sees at the end of the invocation."""

    @property
    def journal(self) -> Journal:
        """The journal that is written to."""

    def read(self) -> Mapping[tuple[str, Labels], list[Any]]:
        """Every metric's values, by name and dimensions."""


class Fake:
    """What the other tests trust."""

    def __init__(self) -> None:
        self.journal = FakeJournal()

    def read(self) -> Mapping[tuple[str, Labels], list[Any]]:
        """What it remembers."""
        return self.journal.observed


class CloudWatch:
    """Reads the embedded metric format from standard output by its specification."""

    def __init__(self, printed: pytest.CaptureFixture[str]) -> None:
        self.journal = PowertoolsJournal(Logger(), lambda: EphemeralMetrics(namespace="Portaria/test"))
        self.blobs: list[dict[str, Any]] = []
        self._printed = printed

    def read(self) -> Mapping[tuple[str, Labels], list[Any]]:
        """End the invocation and take in what it wrote."""
        self.journal.end()
        lines = self._printed.readouterr().out.splitlines()
        self.blobs = [json.loads(line) for line in lines]
        found: Read = defaultdict(list)
        for blob in self.blobs:
            (directive,) = blob["_aws"]["CloudWatchMetrics"]
            (names,) = directive["Dimensions"]
            labels = tuple((name, blob[name]) for name in names)
            for metric in directive["Metrics"]:
                found[metric["Name"], labels].extend(blob[metric["Name"]])
        return found


@pytest.fixture
def cloudwatch(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CloudWatch:
    """The adapter alone; no name of the service, which would be one more dimension."""
    monkeypatch.delenv("POWERTOOLS_SERVICE_NAME", raising=False)
    return CloudWatch(capsys)


@pytest.fixture(params=["fake", "powertools"])
def reader(request: pytest.FixtureRequest, cloudwatch: CloudWatch) -> Reader:
    """Both in turn."""
    return cloudwatch if request.param == "powertools" else Fake()


def test_counts_add_up_and_durations_stay_apart(reader: Reader) -> None:
    """Percentiles cannot be had from sums; a line for each of a hundred counts would cost more than the work."""
    for wait in (120, 7, 120):
        reader.journal.count(INBOUND_MESSAGES)
        reader.journal.measure(QUEUE_WAIT, wait)
    reader.journal.count(INBOUND_MESSAGES, 4)
    assert reader.read() == {("inbound_messages", ()): [7], ("queue_wait", ()): [120, 7, 120]}


def test_each_combination_of_dimensions_is_a_metric_of_its_own(reader: Reader) -> None:
    """Failures would be shown as sends, or both as the last one that was written."""
    reader.journal.count(OUTCOMES, provider="whatsmeow", outcome="SENT")
    reader.journal.count(OUTCOMES, provider="whatsmeow", outcome="THROTTLED")
    reader.journal.measure(PROVIDER_LATENCY, 90, outcome="SENT", provider="whatsmeow")
    reader.journal.count(OUTCOMES, outcome="SENT", provider="whatsmeow")
    reader.journal.count(SWEEP_FINISHED)
    sent, throttled = ((("provider", "whatsmeow"), ("outcome", one)) for one in ("SENT", "THROTTLED"))
    assert reader.read() == {
        ("outcomes", sent): [2],
        ("outcomes", throttled): [1],
        ("provider_latency", sent): [90],
        ("sweep_finished", ()): [1],
    }


def test_what_no_list_knows_is_other(reader: Reader) -> None:
    """An id taken for a dimension, or a reason of a newer version, would be billed as a metric of its own, for ever."""
    reader.journal.count(DECISIONS, kind="BLOCKED", reason="int_01HZY5Q0T7Z0T7Z0T7Z0T7Z0T7")
    reader.journal.count(DECISIONS, kind="BLOCKED")
    assert reader.read() == {("decisions", (("kind", "BLOCKED"), ("reason", OTHER))): [2]}


def test_nothing_is_lost_when_many_threads_observe(reader: Reader) -> None:
    """Ten numbers are sent through side by side: what one counts must not overwrite what another does."""
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda wait: reader.journal.measure(QUEUE_WAIT, wait), range(1_000)))
    assert sorted(reader.read()["queue_wait", ()]) == list(range(1_000))


@pytest.mark.parametrize("values", [MOST_VALUES - 1, MOST_VALUES, MOST_VALUES + 1, 3 * MOST_VALUES])
def test_an_array_is_never_longer_than_cloudwatch_takes(cloudwatch: CloudWatch, values: int) -> None:
    """CloudWatch throws away a blob with more than a hundred values, and everything else in it."""
    cloudwatch.journal.count(INBOUND_MESSAGES)
    for value in range(values):
        cloudwatch.journal.measure(QUEUE_WAIT, value)
    found = cloudwatch.read()
    assert found == {("inbound_messages", ()): [1], ("queue_wait", ()): list(range(values))}
    assert len(cloudwatch.blobs) == -(-values // MOST_VALUES)
    assert all(len(blob["queue_wait"]) <= MOST_VALUES for blob in cloudwatch.blobs)


def test_units_and_namespace_are_told(cloudwatch: CloudWatch) -> None:
    """The alarm on 15 minutes would wait for 900,000 of something else, in the metrics of another stage."""
    cloudwatch.journal.count(SWEEP_FINISHED)
    cloudwatch.journal.measure(SWEEP_DURATION, 812)
    cloudwatch.read()
    (blob,) = cloudwatch.blobs
    (directive,) = blob["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Portaria/test"
    assert directive["Metrics"] == [
        {"Name": "sweep_finished", "Unit": "Count"},
        {"Name": "sweep_duration", "Unit": "Milliseconds"},
    ]


def test_an_invocation_tells_its_own_and_a_quiet_one_nothing(cloudwatch: CloudWatch) -> None:
    """Counters that stay would grow with every invocation; empty blobs would be paid for."""
    cloudwatch.journal.count(SWEEP_FINISHED)
    assert cloudwatch.read()
    assert not cloudwatch.read()
    assert cloudwatch.blobs == []


def test_the_service_is_named_once_it_has_a_name(
    cloudwatch: CloudWatch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The alarms look for the dimension that Powertools adds by itself, and would wait for ever without it."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "portaria")
    cloudwatch.journal.count(SWEEP_FINISHED)
    assert cloudwatch.read() == {("sweep_finished", (("service", "portaria"),)): [1]}
    assert capsys.readouterr().err == ""
