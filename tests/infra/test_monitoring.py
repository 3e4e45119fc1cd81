"""What watches a stage: alarms, dashboard and docs name exactly what the code counts, and CloudFormation takes them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.application import telemetry
from chalicelib.application.ports.journal import Metric
from chalicelib.application.recovery import LONGEST_REARM
from chalicelib.domain.values import MINUTE, SECOND
from infra import package
from tests.infra.template import Template

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "Portaria/${Stage}"
SERVICE = {"service": "portaria"}
DOCS = package.ROOT / "docs"
METRICS = {
    metric.name: metric
    for found in vars(telemetry).values()
    for metric in (found.values() if isinstance(found, dict) else [found])
    if isinstance(metric, Metric)
}
SEARCH = re.compile(
    r"SEARCH\('\{(?P<namespace>[^,]+),(?P<dimensions>[^}]+)\} MetricName=\"(?P<name>\w+)\"', '\w+', 300\)"
)
# What cfn-lint says of infra/resources.yaml, and why it is no mistake: chalice merges the file into what it writes.
UNMERGED = {
    "E3001": "the types of functions and API are in what chalice writes",
    "E3724": "so is the serverless transform",
    "E1020": "so are the functions and the API that others refer to",
    "E1019": "as above, in texts",
    "E6101": "as above, in outputs",
    "W1100": "chalice resolves merge keys as it reads the file",
    "W1101": "and aliases",
}


@pytest.fixture(scope="module")
def cloud(prod: package.Package) -> Template:
    """The configured cloud stage."""
    return Template(json.loads(prod.template.read_text()))


@pytest.fixture(scope="module")
def alarms(cloud: Template) -> dict[str, dict[str, Any]]:
    """Every alarm by its name in the template."""
    return dict(cloud.resources("AWS::CloudWatch::Alarm"))


@pytest.fixture(scope="module")
def body(cloud: Template) -> str:
    """The dashboard as CloudWatch gets it, but for what only CloudFormation can fill in."""
    return str(cloud.properties("Dashboard")["DashboardBody"]["Fn::Sub"])


def _lines(body: str) -> Iterator[list[str]]:
    """Namespace, name and dimensions of each line of each widget."""
    for widget in json.loads(body)["widgets"]:
        before: list[str] = []
        for line in widget["properties"].get("metrics", []):
            if isinstance(line[0], dict):
                found = SEARCH.fullmatch(line[0]["expression"])
                assert found, line
                names = found["dimensions"].split(",")
                yield [found["namespace"], found["name"], *(part for name in names for part in (name, "*"))]
                continue
            words = [word for word in line if isinstance(word, str)]
            before = [before[place] if word == "." else word for place, word in enumerate(words)]
            yield before


def _metric(namespace: str, name: str, dimensions: dict[str, str]) -> None:
    """Look whether the code tells such a metric."""
    assert namespace == NAMESPACE
    metric = METRICS[name]
    assert set(dimensions) == {*SERVICE, *metric.dimensions}
    assert dimensions["service"] in {"portaria", "*"}
    assert all(dimensions[one] in {"*", *known} for one, known in metric.dimensions.items())


def test_the_dashboard_draws_every_metric_as_it_is_told(body: str) -> None:
    """A name or a dimension that nobody writes is an empty graph, found empty on the day it is needed."""
    ours = [line for line in _lines(body) if line[0].startswith("Portaria")]
    for namespace, name, *dimensions in ours:
        _metric(namespace, name, dict(zip(dimensions[::2], dimensions[1::2], strict=True)))
    assert {name for _, name, *_ in ours} == set(METRICS)


def test_the_dashboard_shows_every_alarm_function_and_queue(body: str, cloud: Template) -> None:
    """What is added to the template and not here is what nobody looks at."""
    shown = {word for line in _lines(body) if line[0].startswith("AWS/") for word in line}
    queues = {f"${{{name}.QueueName}}" for name, _ in cloud.resources("AWS::SQS::Queue")}
    functions = {f"${{{name}}}" for name, _ in cloud.resources("AWS::Serverless::Function")}
    assert queues | functions <= shown
    assert {"Errors", "Duration", "Throttles", "ApproximateAgeOfOldestMessage"} <= shown
    (state,) = [one for one in json.loads(body)["widgets"] if one["type"] == "alarm"]
    assert set(state["properties"]["alarms"]) == {
        f"${{{name}.Arn}}" for name, _ in cloud.resources("AWS::CloudWatch::Alarm")
    }


def test_each_stage_writes_where_its_alarms_look(template: Template) -> None:
    """Another stage of the same account would quiet an alarm, or set it off."""
    assert template.environment["POWERTOOLS_METRICS_NAMESPACE"] == {"Fn::Sub": NAMESPACE}
    assert template.environment["POWERTOOLS_SERVICE_NAME"] == SERVICE["service"]


def test_alarms_watch_what_the_code_tells(alarms: dict[str, dict[str, Any]]) -> None:
    """An alarm on a name that nobody writes is quiet for ever."""
    ours = [one for one in alarms.values() if one["Namespace"] == {"Fn::Sub": NAMESPACE}]
    for one in ours:
        _metric(NAMESPACE, one["MetricName"], {each["Name"]: each["Value"] for each in one["Dimensions"]})
    assert {one["MetricName"] for one in ours} == {"unconfirmed_age", "sweep_finished"}


def test_every_alarm_notifies_whom_the_stage_names(cloud: Template) -> None:
    """An alarm that rings nowhere."""
    for resource in cloud.body["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            told = [{"Ref": "AlarmTopicArn"}]
            assert resource["Properties"]["AlarmActions"] == {
                "Fn::If": ["HasAlarmTopic", told, {"Ref": "AWS::NoValue"}]
            }
            assert resource["Properties"]["AlarmDescription"]["Fn::Sub"].endswith("; see docs/runbook.md")


def test_silence_of_the_sweep_rings(alarms: dict[str, dict[str, Any]]) -> None:
    """Whatever is lost stays lost when the sweep no longer runs, and a sweep that does not run says nothing."""
    alarm = alarms["SweepSilentAlarm"]
    assert alarm["TreatMissingData"] == "breaching"
    assert (alarm["Statistic"], alarm["ComparisonOperator"], alarm["Threshold"]) == ("Sum", "LessThanThreshold", 1)
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 5 * 60


def test_a_doubt_of_fifteen_minutes_rings_for_as_long_as_it_lasts(alarms: dict[str, dict[str, Any]]) -> None:
    """Somebody should look at the recipient's phone before the customer asks; an alarm that blinks is ignored."""
    alarm = alarms["UnconfirmedAlarm"]
    assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Maximum", "GreaterThanOrEqualToThreshold")
    assert alarm["Threshold"] == 15 * MINUTE
    assert alarm["Period"] * SECOND > LONGEST_REARM + MINUTE


@pytest.mark.parametrize("queue", ["GateQueue", "ExecutionQueue", "ProviderEventsQueue"])
def test_a_message_that_waits_rings(alarms: dict[str, dict[str, Any]], queue: str) -> None:
    """A queue that nobody works off has neither errors nor dead letters."""
    alarm = alarms[f"{queue}AgeAlarm"]
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}]
    assert (alarm["MetricName"], alarm["Statistic"]) == ("ApproximateAgeOfOldestMessage", "Maximum")
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (600, "GreaterThanThreshold")


def test_every_function_that_fails_rings(alarms: dict[str, dict[str, Any]], cloud: Template) -> None:
    """A function that cannot start works off nothing and says nothing in our words."""
    watched = [one["Dimensions"][0]["Value"]["Ref"] for one in alarms.values() if one["MetricName"] == "Errors"]
    assert sorted(watched) == sorted(name for name, _ in cloud.resources("AWS::Serverless::Function"))
    assert {one["Namespace"] for one in alarms.values() if one["MetricName"] == "Errors"} == {"AWS/Lambda"}
    api = {one["Name"]: one["Value"] for one in alarms["ServerErrorsAlarm"]["Dimensions"]}
    name = cloud.properties("RestAPI")["DefinitionBody"]["info"]["title"]
    assert api == {"ApiName": name, "Stage": {"Ref": "Stage"}}


def test_every_metric_is_told_by_somebody() -> None:
    """A metric that nothing counts is zero on the dashboard, whatever happens."""
    sources = [one for one in (package.ROOT / "chalicelib").rglob("*.py") if one.name != "telemetry.py"]
    told = set(re.findall(r"\b[A-Z_]{5,}\b", " ".join(one.read_text() for one in sources)))
    names = {name for name, found in vars(telemetry).items() if isinstance(found, Metric) or found is telemetry.INTENTS}
    assert names - told == set()


def test_every_metric_is_explained_as_it_is_told() -> None:
    """A figure without a meaning is read as whatever one fears or hopes."""
    rows = re.findall(
        r"^\| `(\w+)` \| (\w+) \|([^|]*)\| [^|]{20,} \|$", (DOCS / "metrics.md").read_text(), re.MULTILINE
    )
    told = {name: (unit, re.findall(r"`(\w+)`", dimensions)) for name, unit, dimensions in rows}
    assert len(told) == len(rows)
    assert told == {name: (str(metric.unit), list(metric.dimensions)) for name, metric in METRICS.items()}


def test_every_alarm_is_explained(alarms: dict[str, dict[str, Any]]) -> None:
    """Whoever is woken at night must read what it means and what to do."""
    explained = re.findall(
        r"^\| `(\w+Alarm)` \| [^|]{20,} \| [^|]{20,} \|$", (DOCS / "runbook.md").read_text(), re.MULTILINE
    )
    assert sorted(explained) == sorted(alarms)


def _lint(template: Path) -> list[str]:
    """What cfn-lint says, one mistake a line."""
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--format", "parseable", "--", str(template)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return (done.stdout + done.stderr).splitlines()


def test_the_packaged_template_is_clean(prod: package.Package) -> None:
    """CloudFormation would refuse it after minutes, or take it and do something else."""
    assert _lint(prod.template) == []


def test_the_file_that_is_merged_has_no_mistakes_of_its_own() -> None:
    """A key that stands twice is lost in merging: the packaged template would not show that it ever was there."""
    found = {said.split(":")[5]: said for said in _lint(package.ROOT / "infra" / "resources.yaml")}
    assert found.keys() == UNMERGED.keys(), found
